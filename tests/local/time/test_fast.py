"""`--fast`: what only waits is shorter, and what works keeps its time."""

import io
import os
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import aws_cdk as cdk
import pytest

from wellmade.cli import _parser
from wellmade.errors import WellmadeError
from wellmade.local.server import LocalCloud, running, start
from wellmade.local.shown import faster
from wellmade.local.up import _same

pytestmark = pytest.mark.local

WORKING = """
import time
def handler(event, context):
    time.sleep(2.5)
    print("worked", len(event["Records"]))
"""


@pytest.fixture(scope="module")
def fast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    folder = tmp_path_factory.mktemp("fast")
    with start(folder, lifetime=timedelta(minutes=10), parent=os.getpid(), fast=60) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def stack(fast: LocalCloud, slow: Callable[..., Mapping[str, str]]) -> Mapping[str, str]:
    return slow(fast, cdk.Duration.minutes(1))


def test_a_message_that_fails_for_ever_is_soon_in_the_dead_letter_queue(
    fast: LocalCloud, stack: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    sqs = fast.client("sqs")
    sqs.send_message(QueueUrl=stack["QueueUrl"], MessageBody="poison")

    def arrived() -> bool:
        return bool(sqs.receive_message(QueueUrl=stack["DeadUrl"], VisibilityTimeout=0).get("Messages"))

    eventually(arrived, seconds=30)


def test_a_state_machine_does_not_wait_minutes(
    fast: LocalCloud, stack: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    states = fast.client("stepfunctions")
    execution = states.start_execution(stateMachineArn=stack["MachineArn"])["executionArn"]

    eventually(lambda: states.describe_execution(executionArn=execution)["status"] != "RUNNING", seconds=45)

    events = states.get_execution_history(executionArn=execution)["events"]
    failed = [each["taskFailedEventDetails"]["error"] for each in events if "taskFailedEventDetails" in each]
    assert failed == ["ValueError", "ValueError", "ValueError", "States.Timeout"]


def test_work_that_takes_longer_than_the_shorter_timeout_is_not_handed_out_twice(
    fast: LocalCloud, stack: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    """A minute of visibility is a second here, and the handler works for two and a half."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", WORKING)
    fast.client("lambda").update_function_code(FunctionName=stack["FunctionName"], ZipFile=code.getvalue())
    began = int(time.time() * 1000)
    fast.client("sqs").send_message(QueueUrl=stack["QueueUrl"], MessageBody="slow")

    def counts() -> Mapping[str, str]:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        names += ["ApproximateNumberOfMessagesDelayed"]
        attributes: Mapping[str, str] = fast.client("sqs").get_queue_attributes(
            QueueUrl=stack["QueueUrl"], AttributeNames=names
        )["Attributes"]
        return attributes

    eventually(lambda: set(counts().values()) == {"0"}, seconds=30)
    group = f"/aws/lambda/{stack['FunctionName']}"
    events = fast.client("logs").filter_log_events(logGroupName=group, startTime=began)["events"]
    assert sum("worked 1" in event["message"] for event in events) == 1


def test_it_is_told(fast: LocalCloud) -> None:
    found = running(fast.state_dir)

    assert found is not None
    assert faster(found).startswith("Waits are 60 times shorter than on AWS: visibility after a failure, ")


def test_another_factor_for_the_one_that_runs_is_refused(fast: LocalCloud) -> None:
    arguments = ["local", "up", "--fast", "2"]

    with pytest.raises(
        WellmadeError, match=r"^--fast 2: one runs at .* with 60, and this is set when it starts"
    ):
        _same(fast, _parser(arguments).parse_args(arguments))
