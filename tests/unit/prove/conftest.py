"""Property tests that are the same on every run."""

from hypothesis import settings

settings.register_profile("prove", derandomize=True, deadline=None, database=None, max_examples=100)
settings.load_profile("prove")
