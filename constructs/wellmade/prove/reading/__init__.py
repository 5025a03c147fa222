"""Reads which AWS calls the code of a function may make, without running it: a witness weaker than tests."""
