"""The shop's infrastructure: one stack for each thing that it wants of the library."""
