"""A small app of one's own, written from a reference stack into an empty folder."""
