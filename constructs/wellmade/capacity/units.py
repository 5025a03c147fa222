"""Words that several modules compare: units of limits, settings that end a wait."""

AT_ONCE = "at once"
PER_SECOND = "a second"
EVENT_AGE_SETTING = "MaximumEventAgeInSeconds"
"""What ends the wait of an asynchronous event, and of nothing else."""
