"""A task that makes one format of one video."""
