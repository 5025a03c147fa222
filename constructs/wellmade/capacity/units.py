"""Words that several modules compare: units of limits, settings that end a wait."""

AT_ONCE = "at once"
PER_SECOND = "a second"
LARGEST = 1e12
"""No number that a person states may be larger: nobody means it, and sums of it end in infinity."""
EVENT_AGE_SETTING = "MaximumEventAgeInSeconds"
"""What ends the wait of an asynchronous event, and of nothing else."""
