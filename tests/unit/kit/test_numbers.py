"""Numbers that rules compare: as numbers, as text, and known at deployment only."""

from typing import Any

import aws_cdk as cdk
import pytest

from wellmade.kit.numbers import number_of, unjudged


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (900, 900),
        (0.5, 0.5),
        ("900", 900),
        (" 900 ", 900),
        ("0.5", 0.5),
        ("-1", -1),
        ("abc", None),
        ("", None),
        ("nan", None),
        (True, None),
        (None, None),
        ([900], None),
        ({"Ref": "Timeout"}, None),
        ({"Fn::If": ["C", 900, 60]}, None),
    ],
)
def test_reads_what_cloudformation_takes_for_a_number(value: Any, number: float | None) -> None:
    assert number_of(value) == number


def test_warns_of_what_is_unknown_and_refuses_what_is_no_number(stack: cdk.Stack) -> None:
    values = {"A": {"Ref": "P"}, "B": "abc", "C": True, "D": None, "E": "5"}
    assert [(error.severity, str(error)) for error in unjudged(stack, values)] == [
        (
            "warning",
            'Test: A must be known at synth to be judged, got {"Ref": "P"}; '
            "write the value itself, or see to it yourself",
        ),
        ("error", "Test: B must be a number, got 'abc'; CloudFormation takes nothing else there"),
        ("error", "Test: C must be a number, got True; CloudFormation takes nothing else there"),
    ]
