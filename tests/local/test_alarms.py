"""Every alarm on what the embedded AWS measures goes to ALARM, and the alarm over all with it.

Not driven, since the embedded AWS has no such metric: throttled reads and writes of tables and streams, executions
that are throttled, CPU and memory of ECS services. Whoever deploys such an alarm is told, by name.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from urllib.error import HTTPError
from urllib.request import urlopen

import aws_cdk as cdk
import pytest

from tests.local.apps.alarmed import AlarmedStack
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

pytestmark = [pytest.mark.local, pytest.mark.scan]
Eventually = Callable[..., None]
FIRING = (
    *("BusyErrors", "BusyThrottles", "BusyDuration", "BusyConcurrency"),
    *("DeadDeadLetterErrors", "LostDestinationFailures", "ReaderIteratorAge"),
    *("JobsDeadLetters", "JobsOldestMessage", "JobsWaitingMessages"),
    *("BrokenFailedExecutions", "SlowTimedOutExecutions"),
    *("FrontServerErrors", "BalancerUnservedRequests", "NobodyUnhealthyHosts", "NobodyHealthyHosts"),
)
QUIET = ("BrokenTimedOutExecutions", "SlowFailedExecutions", "BrokenThrottledExecutions")


@pytest.fixture(scope="module")
def outputs(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    out = tmp_path_factory.mktemp("cdk.out")
    app = cdk.App(outdir=str(out), builtin_cloud_formation_validation=False, analytics_reporting=False)
    AlarmedStack(app, "alarmed")
    app.synth()
    found = deploy_assembly(cloud, out).outputs["alarmed"]
    _break_everything(cloud, found)
    return found


def _break_everything(cloud: LocalCloud, outputs: Mapping[str, str]) -> None:
    functions, sqs = cloud.client("lambda"), cloud.client("sqs")
    sqs.delete_queue(QueueUrl=outputs["GoneUrl"])
    for name in ("Dead", "Lost"):
        _invoke(cloud, outputs[f"{name}Name"], fails=True)
    for _ in range(4):  # two copies, so that two are refused at first
        _invoke(cloud, outputs["BusyName"], seconds=4.5)
    cloud.client("kinesis").put_record(StreamName=outputs["StreamName"], Data=b"{}", PartitionKey="a")
    for body in "abc":
        sqs.send_message(QueueUrl=outputs["JobsUrl"], MessageBody=body)
    for name in ("Broken", "Slow"):
        cloud.client("stepfunctions").start_execution(stateMachineArn=outputs[f"{name}Arn"])
    functions.invoke(FunctionName=outputs["DeadName"], Payload=b"{}")
    _ask_fronts(cloud, outputs)


def _ask_fronts(cloud: LocalCloud, outputs: Mapping[str, str]) -> None:
    """Ask an API and a load balancer whose function fails: it takes what they send for a batch of records."""
    for path in (
        f"_aws/execute-api/{outputs['FrontApiId']}/$default/?fails",
        f"_alb/{outputs['BalancerName']}/",
    ):
        with suppress(HTTPError):
            urlopen(f"{cloud.endpoint}/{path}", timeout=10).close()  # noqa: S310 - the cloud of this test


def _invoke(cloud: LocalCloud, function: str, **event: object) -> None:
    payload = json.dumps(event).encode()
    cloud.client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=payload)


def _has_fired(cloud: LocalCloud, name: str) -> bool:
    """Tell whether an alarm has gone to ALARM: it goes back when the bad minute is over."""
    history = cloud.client("cloudwatch").describe_alarm_history(
        AlarmName=name, AlarmTypes=["MetricAlarm", "CompositeAlarm"], HistoryItemType="StateUpdate"
    )
    return any(each["HistorySummary"].endswith("to ALARM") for each in history["AlarmHistoryItems"])


@pytest.mark.parametrize("alarm", FIRING)
def test_goes_to_alarm(
    cloud: LocalCloud, outputs: Mapping[str, str], eventually: Eventually, alarm: str
) -> None:
    def fires() -> bool:
        if alarm == "BusyErrors":
            _invoke(cloud, outputs["BusyName"], fails=True)
        if alarm == "JobsDeadLetters":
            cloud.client("sqs").receive_message(QueueUrl=outputs["JobsUrl"])
        return _has_fired(cloud, outputs[alarm])

    eventually(fires)


def test_the_alarm_over_all_fires_with_them(
    cloud: LocalCloud, outputs: Mapping[str, str], eventually: Eventually
) -> None:
    eventually(lambda: _has_fired(cloud, outputs["CompositeName"]))


@pytest.mark.parametrize("alarm", QUIET)
def test_alarms_of_others_stay_quiet(cloud: LocalCloud, outputs: Mapping[str, str], alarm: str) -> None:
    assert not _has_fired(cloud, outputs[alarm])
