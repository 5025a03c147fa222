"""In which units limits are."""

AT_ONCE = "at once"
PER_SECOND = "a second"
