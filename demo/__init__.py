"""The demonstration: files of every kind go through the file pipeline, and each is accounted for."""
