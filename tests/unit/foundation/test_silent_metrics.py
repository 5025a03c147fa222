"""Alarms are refused that would never see a value; metrics that are not AWS's are taken as they are."""

import re

import aws_cdk as cdk
import pytest

from wellmade.facts import metrics
from wellmade.foundation.alarms import define_alarm
from wellmade.foundation.silent_metrics import refuse_silent_metric
from wellmade.kit.refusals import RefusedError

BY_FUNCTION = (
    "nothing or FunctionName or FunctionName + Resource or ExecutedVersion + FunctionName + Resource"
)
FIX = "each set of dimensions is a metric of its own, and nobody publishes this one"
SILENT = [
    (
        ("AWS/Lambda", "Error", {"FunctionName": "f"}),
        "metric must be one that AWS/Lambda publishes, got 'Error'; did you mean Errors?",
    ),
    (
        ("AWS/SQS", "xyz", {"QueueName": "q"}),
        "metric must be one that AWS/SQS publishes, got 'xyz'; "
        "see the service's page for the metrics that there are",
    ),
    (
        ("AWS/SQS", "ApproximateAgeOfOldestMessage", {}),
        f"dimensions must be QueueName, got nothing; {FIX}",
    ),
    (
        ("AWS/Lambda", "Errors", {"Function": "f"}),
        f"dimensions must be {BY_FUNCTION}, got Function; {FIX}",
    ),
    (
        ("AWS/States", "ExecutionsFailed", {}),
        "dimensions must be StateMachineArn or StateMachineArn + Version or Alias + StateMachineArn, got "
        f"nothing; {FIX}",
    ),
]
PUBLISHED = [
    ("AWS/Lambda", "Errors", {}),
    ("AWS/Kinesis", "PutRecords.FailedRecords", {"StreamName": "s"}),
    ("AWS/States", "ExecutionsFailed", {"StateMachineArn": "a", "Alias": "live"}),
    ("Mine/Shop", "Anything", {}),
    ("AWS/Unlisted", "Anything", {"Any": "thing"}),
]


@pytest.mark.parametrize(
    ("given", "message"), [pytest.param(*each, id=str(number)) for number, each in enumerate(SILENT)]
)
def test_refuses(given: tuple[str, str, dict[str, str]], message: str) -> None:
    with pytest.raises(RefusedError, match=f"^{re.escape(f'Test/Late: {message}')}$"):
        refuse_silent_metric("Test/Late", *given)


@pytest.mark.parametrize("given", [pytest.param(each, id=str(n)) for n, each in enumerate(PUBLISHED)])
def test_takes_what_may_be_published(given: tuple[str, str, dict[str, str]]) -> None:
    refuse_silent_metric("Test/Late", *given)


def test_no_construct_can_define_one(stack: cdk.Stack) -> None:
    with pytest.raises(
        RefusedError, match=r"^Test/Late: metric must be one that AWS/SQS publishes, got 'Age'"
    ):
        define_alarm(
            stack,
            "Late",
            metric="Age",
            namespace="AWS/SQS",
            dimensions={"QueueName": "q"},
            above=0,
            description="Late.",
        )


def test_an_unknown_name_is_close_to_nothing() -> None:
    assert metrics.closest("AWS/SQS", "xyz") is None
