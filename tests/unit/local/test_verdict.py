"""When an alarm is in ALARM, case by case from CloudWatch's documentation of missing data."""

import pytest

from wellmade.local.extension.verdict import BREACHES, state

X, O, M = 2.0, 0.0, None  # a breaching, a fine and a missing datapoint  # noqa: E741 - as the documentation draws them


@pytest.mark.parametrize(
    ("values", "needed", "missing_data", "expected"),
    [
        ([X], 1, "missing", "ALARM"),
        ([O], 1, "missing", "OK"),
        ([M], 1, "missing", "INSUFFICIENT_DATA"),
        ([M], 1, "notBreaching", "OK"),
        ([M], 1, "breaching", "ALARM"),
        ([M], 1, "ignore", "current"),
        ([X, O, X], 2, "notBreaching", "ALARM"),
        ([X, O, O], 2, "notBreaching", "OK"),
        ([X, M, M], 3, "notBreaching", "OK"),
        ([X, M, M], 3, "breaching", "ALARM"),
        ([X, M, M], 3, "missing", "ALARM"),
        ([X, M, M], 3, "ignore", "current"),
        ([O, M, X], 3, "ignore", "OK"),
        ([X, M, X], 2, "ignore", "ALARM"),
    ],
)
def test_m_out_of_n_and_missing_data(
    values: list[float | None], needed: int, missing_data: str, expected: str
) -> None:
    found = state(
        values,
        breaches=lambda value: value > 1,
        needed=needed,
        missing_data=missing_data,
        current="current",
    )

    assert found == expected


@pytest.mark.parametrize(
    ("comparison", "breaching"),
    [
        ("GreaterThanThreshold", [6]),
        ("GreaterThanOrEqualToThreshold", [5, 6]),
        ("LessThanThreshold", [4]),
        ("LessThanOrEqualToThreshold", [4, 5]),
    ],
)
def test_a_value_is_compared_with_the_threshold_and_not_the_other_way_round(
    comparison: str, breaching: list[int]
) -> None:
    assert [value for value in (4, 5, 6) if BREACHES[comparison](5, value)] == breaching
