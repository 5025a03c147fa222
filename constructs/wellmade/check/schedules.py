"""How often something is started."""

import re

RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
CRON = re.compile(r"cron\((\S+) \S+ \S+ \S+ \S+ \S+\)")
STEP = re.compile(r"(?:\*|0|0-59)/(\d+)")
SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}


def interval(expression: str) -> int | None:
    """Return the seconds between two starts; None when an expression has no regular interval."""
    rate = RATE.fullmatch(expression.strip())
    if rate:
        return int(rate[1]) * SECONDS[rate[2]]
    cron = CRON.fullmatch(expression.strip())
    if not cron:
        return None
    if cron[1] == "*":
        return SECONDS["minute"]
    step = STEP.fullmatch(cron[1])
    return int(step[1]) * SECONDS["minute"] if step and 0 < int(step[1]) < 60 else None
