"""When an alarm is in ALARM: "M out of N" datapoints and the treatment of missing ones, as on CloudWatch."""

from collections.abc import Callable, Sequence

BREACHES: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": lambda threshold, value: value >= threshold,
    "GreaterThanThreshold": lambda threshold, value: value > threshold,
    "LessThanThreshold": lambda threshold, value: value < threshold,
    "LessThanOrEqualToThreshold": lambda threshold, value: value <= threshold,
}
"""Whether a value breaches a threshold, by CloudWatch's name of the comparison."""


def state(
    values: Sequence[float | None],
    *,
    breaches: Callable[[float], bool],
    needed: int,
    missing_data: str,
    current: str,
) -> str:
    """Return ALARM, OK or INSUFFICIENT_DATA.

    Args:
        values: Statistic of each evaluated period; None where no datapoint came.
        breaches: Whether a value is beyond the threshold.
        needed: Breaching datapoints that make an alarm ("M" of "N").
        missing_data: `missing`, `ignore`, `breaching` or `notBreaching`.
        current: The state now, which `ignore` keeps while the data does not decide.
    """
    present = [value for value in values if value is not None]
    missing = len(values) - len(present)
    breaching = sum(breaches(value) for value in present)
    if missing_data == "missing":
        if not present:
            return "INSUFFICIENT_DATA"
        needed = min(needed, len(present))
    if breaching + (missing if missing_data == "breaching" else 0) >= needed:
        return "ALARM"
    if missing_data == "ignore" and breaching + missing >= needed:
        return current
    return "OK"
