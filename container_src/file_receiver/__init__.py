"""A task that writes the receipt of one file, however large it is."""
