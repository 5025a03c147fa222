"""Jobs by the clock, on the embedded AWS: what was left is finished, runs do not overlap, clocks change."""

import json
import subprocess
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from bench.cloud import deploy_reference
from stacks.scheduled_jobs import ScheduledJobsStack
from tests.local.apps.slow_jobs import SlowJobStack
from wellmade.local import extension
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud
from wellmade.local.toolchain import ministack_python
from wellmade_runtime.due_items import due_at
from wellmade_runtime.work_log import IN_USE, WorkLog

pytestmark = pytest.mark.local

CLOCKS = """
import json, sys
from datetime import UTC, datetime
from extension import schedules

def starts(expression, zone, begin, end):
    schedule = {"ScheduleExpression": expression, "ScheduleExpressionTimezone": zone, "CreationDate": begin}
    minutes = range(int(begin), int(end), 60)  # looked at each minute, as the server does each second
    return [s.isoformat() for m in minutes for s in schedules.starts(schedule, m, m + 60)]

print(json.dumps([starts(*each) for each in json.load(sys.stdin)]))
"""


@pytest.fixture(scope="module", autouse=True)
def slow(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The slow job, which runs beside the other tests."""
    out = tmp_path_factory.mktemp("cdk.out")
    app = cdk.App(outdir=str(out), builtin_cloud_formation_validation=False, analytics_reporting=False)
    SlowJobStack(app, "slow-job")
    app.synth()
    return deploy_assembly(cloud, out).outputs["slow-job"]


@pytest.fixture(scope="module")
def jobs(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    out = tmp_path_factory.mktemp("cdk.out")
    return deploy_reference(cloud, out, ScheduledJobsStack, "jobs", timeout=cdk.Duration.seconds(20))


def items(cloud: LocalCloud, table: str) -> dict[str, Any]:
    return {each["pk"]["S"]: each for each in cloud.client("dynamodb").scan(TableName=table)["Items"]}


def start_now(cloud: LocalCloud, outputs: Mapping[str, str], job: str, **target: Any) -> str:
    """Let a schedule start its job once, now; return the name of the schedule that does."""
    client = cloud.client("scheduler")
    given = client.get_schedule(Name=outputs[f"{job}ScheduleName"], GroupName=outputs[f"{job}GroupName"])
    name = f"now-{time.time_ns()}"
    client.create_schedule(
        Name=name,
        GroupName=given["GroupName"],
        ScheduleExpression=f"at({datetime.fromtimestamp(time.time() + 1, UTC):%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={**given["Target"], **target},
    )
    return name


def test_a_template_keeps_its_time_zone(cloud: LocalCloud, jobs: Mapping[str, str]) -> None:
    name, group = jobs["ReconciliationScheduleName"], jobs["ReconciliationGroupName"]
    found = cloud.client("scheduler").get_schedule(Name=name, GroupName=group)
    assert found["ScheduleExpressionTimezone"] == "Europe/Berlin"


def test_the_reconciliation_finishes_what_was_left_pending(
    cloud: LocalCloud, jobs: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    log = WorkLog(cloud.client("dynamodb"), jobs["PayoutsTableName"])
    for name, age in {"old-1": IN_USE + 60, "old-2": IN_USE + 9000, "new": 60}.items():
        work = {"payout_id": name, "account": "DE-1", "cents": 5}
        assert log.begin(name, work, now=time.time() - age)
    start_now(cloud, jobs, "Reconciliation")
    eventually(lambda: set(items(cloud, jobs["TransfersTableName"])) == {"old-1", "old-2"})

    def states() -> dict[str, str]:
        return {key: item["state"]["S"] for key, item in items(cloud, jobs["PayoutsTableName"]).items()}

    eventually(lambda: states() == {"old-1": "done", "old-2": "done", "new": "pending"})


def test_a_payout_through_the_queue_is_complete(
    cloud: LocalCloud, jobs: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    body = json.dumps({"payout_id": "queued", "account": "DE-1", "cents": 5})
    cloud.client("sqs").send_message(QueueUrl=jobs["PayoutsQueueUrl"], MessageBody=body)
    payouts = jobs["PayoutsTableName"]
    eventually(lambda: items(cloud, payouts).get("queued", {}).get("state") == {"S": "done"})


def test_the_clean_up_deletes_what_has_expired(
    cloud: LocalCloud, jobs: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    for cart, expires in {"old": -60, "new": 3600}.items():
        item = {"pk": {"S": cart}, **due_at(cart, time.time() + expires)}
        cloud.client("dynamodb").put_item(TableName=jobs["CartsTableName"], Item=item)
    start_now(cloud, jobs, "Cleanup")
    eventually(lambda: set(items(cloud, jobs["CartsTableName"])) == {"new"})


def test_a_start_that_the_role_does_not_allow_is_kept(
    cloud: LocalCloud, jobs: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    other = f"arn:aws:lambda:us-east-1:000000000000:function:{jobs['CleanupFunctionName']}"
    start_now(cloud, jobs, "Reconciliation", Arn=other, RetryPolicy={"MaximumRetryAttempts": 1})
    sqs, found = cloud.client("sqs"), []

    def kept() -> bool:
        asked = {"QueueUrl": jobs["ReconciliationDeadLetterQueueUrl"], "MessageAttributeNames": ["All"]}
        found.extend(sqs.receive_message(**asked).get("Messages", []))
        return bool(found)

    eventually(kept)
    assert "scheduled_time" in json.loads(found[0]["Body"])["schedule"]
    assert "AccessDenied" in found[0]["MessageAttributes"]["ERROR_CODE"]["StringValue"]


def test_each_start_by_the_clock_comes_once_at_both_changes() -> None:
    """Computed by the code that the server starts by, minute by minute over both nights."""
    nights = {
        "spring": datetime(2027, 3, 27, 12, tzinfo=UTC),
        "autumn": datetime(2027, 10, 30, 12, tzinfo=UTC),
    }
    asked = [
        (expression, "Europe/Berlin", begin.timestamp(), begin.timestamp() + 24 * 3600)
        for expression in ("cron(30 3 * * ? *)", "cron(30 2 * * ? *)")
        for begin in nights.values()
    ]
    done = subprocess.run(
        [str(ministack_python()), "-c", CLOCKS],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(extension.__path__[0]).parent,
    )
    assert json.loads(done.stdout) == [
        ["2027-03-28T01:30:00+00:00"],
        ["2027-10-31T02:30:00+00:00"],
        [],  # there is no 02:30; ScheduledJob refuses it
        ["2027-10-31T00:30:00+00:00"],  # 02:30 comes twice, and starts once
    ]


@pytest.mark.scan
def test_a_run_that_finds_another_at_work_ends_at_once_and_says_so(
    cloud: LocalCloud, slow: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    def runs(outcome: str) -> list[dict[str, Any]]:
        found = items(cloud, slow["RunsTableName"])
        return [found[key] for key in sorted(found) if key.startswith(outcome)]

    eventually(lambda: runs("skipped"), otherwise=lambda: items(cloud, slow["RunsTableName"]))
    eventually(lambda: any("ended" in each for each in runs("worked")))
    [first] = [each for each in runs("worked") if "ended" in each]
    began, ended = (float(first[name]["N"]) for name in ("began", "ended"))
    assert began < float(runs("skipped")[0]["began"]["N"]) < ended
    assert not [each for each in runs("worked") if began < float(each["began"]["N"]) < ended]
    alarms = cloud.client("cloudwatch")

    def fires() -> bool:
        [alarm] = alarms.describe_alarms(AlarmNames=[slow["SkippedAlarm"]])["MetricAlarms"]
        return bool(alarm["StateValue"] == "ALARM")

    eventually(fires)
