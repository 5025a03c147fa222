"""Times, names and numbers that AWS does not take; methods refuse what is of another class as constructors do."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_

from wellmade.foundation import DurableQueue, PythonFunction, RefusedError
from wellmade.kit.annotations import wrong
from wellmade.messaging import EventBus, FanOutTopic, QueueWorker
from wellmade.streaming import EventStream

CASES: list[tuple[type, dict[str, Any], str]] = [
    (
        PythonFunction,
        {"code": "tabular_ingest", "timeout": cdk.Duration.millis(1500)},
        "timeout must be a Duration in whole seconds, got 1 second 500 millis; ",
    ),
    (
        PythonFunction,
        {"code": "tabular_ingest", "environment": "DB_PASSWORD=hunter2"},
        "environment must be a mapping, got str; ",
    ),
    (
        PythonFunction,
        {"code": "tabular_ingest", "environment": {"DB_PASSWORD": ["hunter2"]}},
        "environment['DB_PASSWORD'] must be text, got list; ",
    ),
    (
        PythonFunction,
        {"code": "tabular_ingest", "timeout": cdk.Duration.seconds(0)},
        "timeout must be at least 1 s, got 0 s; ",
    ),
    (
        PythonFunction,
        {"code": "tabular_ingest", "ephemeral_storage_size": cdk.Size.kibibytes(600 * 1024 + 1)},
        "ephemeral_storage_size must be whole MiB, ",
    ),
    (
        PythonFunction,
        {"code": "tabular_ingest", "environment": {"A-B": "x"}},
        "a name in environment must be letters, digits and underscores, a letter first, got 'A-B'; ",
    ),
    (
        PythonFunction,
        {"code": "tabular_ingest", "environment": {"AWS_REGION": "x"}},
        "a name in environment must be one that Lambda does not set itself, got AWS_REGION; ",
    ),
    (
        DurableQueue,
        {"visibility_timeout": cdk.Duration.hours(13)},
        "visibility_timeout in seconds must be between 0 and 43200, got 46800; ",
    ),
    (
        DurableQueue,
        {"retention": cdk.Duration.seconds(30)},
        "retention in seconds must be between 60 and 1209600, got 30; ",
    ),
    (
        QueueWorker,
        {"function": "order_worker", "max_batching_window": cdk.Duration.days(4000)},
        "max_batching_window must be between 0 and 300, ",
    ),
    (
        QueueWorker,
        {"function": "order_worker", "alarm_thresholds": {"dead_letters": "1"}},
        "alarm_thresholds['dead_letters'] must be a number, got str; ",
    ),
]


@pytest.mark.parametrize(("subject", "options", "said"), CASES)
def test_refuses(stack: cdk.Stack, subject: Any, options: dict[str, Any], said: str) -> None:
    with pytest.raises(RefusedError) as refused:
        subject(stack, "Wrong", **options)
    assert str(refused.value).startswith(f"Test/Wrong: {said}")


def test_methods_refuse_as_well(stack: cdk.Stack) -> None:
    bus, stream = EventBus(stack, "Bus"), EventStream(stack, "Stream")
    function = lambda_.Function.from_function_arn(
        stack, "Theirs", "arn:aws:lambda:eu-west-1:111122223333:function:theirs"
    )
    with pytest.raises(RefusedError, match=r"^Test/Bus: event must be text, got None; "):
        bus.add_target("Done", function, event=None)  # type: ignore[arg-type] # wrong
    with pytest.raises(RefusedError, match=r"^Test/Stream: prefix must be text, got 5; "):
        stream.connect(PythonFunction(stack, "Function", code="tabular_ingest"), prefix=5)  # type: ignore[arg-type] # wrong
    with pytest.raises(RefusedError, match=r"^Test/Topic: grantee must be an IGrantable, got 'x'; "):
        FanOutTopic(stack, "Topic").grant_publish("x")  # type: ignore[arg-type] # wrong


@pytest.mark.parametrize("prefix", ["A-", "1_", "AWS_LAMBDA_ ", "é"])
def test_a_prefix_that_makes_no_name_is_refused(stack: cdk.Stack, prefix: str) -> None:
    function = PythonFunction(stack, "Function", code="tabular_ingest")
    with pytest.raises(RefusedError, match=r"^Test/Stream: prefix must be letters, digits and underscores"):
        EventStream(stack, "Stream").connect(function, prefix=prefix)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_no_number_is_no_number(number: float) -> None:
    assert wrong(int, number) is not None
    assert wrong(float, number) is not None


def test_a_duration_that_deployment_tells_is_refused(stack: cdk.Stack) -> None:
    told = cdk.Duration.seconds(cdk.CfnParameter(stack, "P", type="Number").value_as_number)
    with pytest.raises(
        RefusedError, match="must be a Duration in whole seconds, got one that deployment tells; "
    ):
        DurableQueue(stack, "Wrong", visibility_timeout=told)
