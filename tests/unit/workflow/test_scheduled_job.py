"""What a scheduled job promises, refuses, grants and looks like."""

import json
import re
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs

from tests.templates import actions, ids_of, of_type, statements, the
from wellmade.foundation import OnDemandTable, PythonFunction, monitor
from wellmade.testing import synthesize
from wellmade.workflow import RunTask, ScheduledJob

Synth = Callable[[], dict[str, Any]]
SCHEDULE = "AWS::Scheduler::Schedule"
NIGHTLY = scheduler.ScheduleExpression.cron(hour="3", minute="30", time_zone=cdk.TimeZone.EUROPE_BERLIN)
OFTEN = scheduler.ScheduleExpression.rate(cdk.Duration.minutes(1))


def job(stack: cdk.Stack, **options: Any) -> ScheduledJob:
    return ScheduledJob(stack, "Nightly", **{"schedule": NIGHTLY, "function": "reconciliation", **options})


def node_function(stack: cdk.Stack, **options: Any) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Theirs",
        runtime=lambda_.Runtime.NODEJS_22_X,
        handler="index.handler",
        code=lambda_.Code.from_inline("exports.handler = async () => 1"),
        **options,
    )


def imported_function(stack: cdk.Stack) -> lambda_.IFunction:
    return lambda_.Function.from_function_attributes(
        stack,
        "Imported",
        function_arn="arn:aws:lambda:eu-west-1:111122223333:function:job",
        role=iam.Role.from_role_arn(stack, "TheirRole", "arn:aws:iam::111122223333:role/job"),
        same_environment=True,
    )


def run_task(stack: cdk.Stack, **options: Any) -> RunTask:
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=1)
    definition = ecs.FargateTaskDefinition(stack, "Report")
    definition.add_container("main", image=ecs.ContainerImage.from_registry("shop/report"))
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc)
    cluster = ecs.Cluster(stack, "Cluster", vpc=vpc)
    return RunTask(cluster, definition, [group], timeout=cdk.Duration.hours(3), **options)


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(job)


def test_starts_by_the_clock_of_its_zone_and_keeps_what_fails(template: dict[str, Any]) -> None:
    found = the(template, SCHEDULE)
    zoned = found["ScheduleExpression"], found["ScheduleExpressionTimezone"]
    assert zoned == ("cron(30 3 * * ? *)", "Europe/Berlin")
    assert found["FlexibleTimeWindow"] == {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15}
    retry = {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}
    assert found["Target"]["RetryPolicy"] == retry
    [queue] = ids_of(template, "AWS::SQS::Queue")
    assert found["Target"]["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [queue, "Arn"]}}
    failures = the(template, "AWS::Lambda::EventInvokeConfig")["DestinationConfig"]["OnFailure"]
    assert failures == {"Destination": {"Fn::GetAtt": [queue, "Arn"]}}


def test_tells_each_run_which_start_it_is(template: dict[str, Any]) -> None:
    event = json.loads(the(template, SCHEDULE)["Target"]["Input"])["schedule"]
    assert event["scheduled_time"] == "<aws.scheduler.scheduled-time>"
    [alarm] = [a for a in of_type(template, "AWS::CloudWatch::Alarm") if a["MetricName"] == "SkippedRuns"]
    assert alarm["Dimensions"] == [{"Name": "job", "Value": event["job"]}]


def test_leaves_room_for_the_run_that_finds_another_at_work(template: dict[str, Any]) -> None:
    assert the(template, "AWS::Lambda::Function")["ReservedConcurrentExecutions"] == 2


def test_its_role_starts_one_function_for_schedules_of_its_group_alone(template: dict[str, Any]) -> None:
    assert actions(template, "NightlyStartRole") == {"lambda:InvokeFunction", "sqs:SendMessage"}
    [role] = [
        r["Properties"]
        for name, r in template["Resources"].items()
        if name.startswith("NightlyStartRole") and r["Type"] == "AWS::IAM::Role"
    ]
    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    [group] = ids_of(template, "AWS::Scheduler::ScheduleGroup")
    assert trust["Condition"]["ArnLike"] == {"aws:SourceArn": {"Fn::GetAtt": [group, "Arn"]}}


def test_grants_the_lease_and_no_more(template: dict[str, Any]) -> None:
    found = {each for each in actions(template, "NightlyWorkerRole") if not each.startswith(("logs", "xray"))}
    assert found == {"dynamodb:UpdateItem", "dynamodb:ConditionCheckItem", "sqs:SendMessage"}


def test_alarms_on_all_that_can_go_wrong(template: dict[str, Any]) -> None:
    watched = {(a["Namespace"], a["MetricName"]) for a in of_type(template, "AWS::CloudWatch::Alarm")}
    assert watched >= {
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
        ("AWS/Scheduler", "InvocationDroppedCount"),
        ("Wellmade", "SkippedRuns"),
        ("AWS/Lambda", "Errors"),
        ("AWS/Lambda", "Throttles"),
    }


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "scheduled_job")


def test_computes_window_and_retries_from_the_interval(stack: cdk.Stack, synth: Synth) -> None:
    job(stack, schedule=scheduler.ScheduleExpression.rate(cdk.Duration.minutes(10)))
    ScheduledJob(stack, "Often", schedule=OFTEN, function=node_function(stack))
    often, ten = sorted(
        of_type(synth(), SCHEDULE), key=lambda each: str(each["FlexibleTimeWindow"]["Mode"]), reverse=True
    )
    assert (often["FlexibleTimeWindow"], often["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"]) == (
        {"Mode": "OFF"},
        60,
    )
    assert ten["FlexibleTimeWindow"]["MaximumWindowInMinutes"] == 2
    assert ten["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] == 600


def test_takes_what_the_user_has(stack: cdk.Stack, synth: Synth) -> None:
    table = OnDemandTable(stack, "Leases", partition_key="pk")
    queue = sqs.Queue(stack, "Failed", retention_period=cdk.Duration.days(14))
    function = node_function(stack, timeout=cdk.Duration.minutes(2))
    job(stack, function=function, lease_table=table, dead_letter_queue=queue, input={"region": "eu"})
    template = synth()
    assert len(ids_of(template, "AWS::DynamoDB::Table")) == len(ids_of(template, "AWS::SQS::Queue")) == 1
    assert json.loads(the(template, SCHEDULE)["Target"]["Input"])["region"] == "eu"
    assert "dynamodb:UpdateItem" in actions(template, "Theirs")


def test_takes_an_imported_function_whose_timeout_is_told(stack: cdk.Stack, synth: Synth) -> None:
    job(stack, function=imported_function(stack), timeout=cdk.Duration.minutes(2), overlap_guard=False)
    assert the(synth(), SCHEDULE)["Target"]["Arn"].endswith("function:job")


def test_runs_a_task_and_keeps_the_end_of_one_that_failed(stack: cdk.Stack, synth: Synth) -> None:
    job(stack, function=None, task=run_task(stack, environment={"REGION": "eu"}))
    template = synth()
    target = the(template, SCHEDULE)["Target"]
    [container] = json.loads(target["Input"])["containerOverrides"]
    variables = {each["name"]: each["value"] for each in container["environment"]}
    assert variables["REGION"] == "eu"
    assert "scheduled_time" in json.loads(variables["SCHEDULED_EVENT"])["schedule"]
    assert target["EcsParameters"]["CapacityProviderStrategy"] == [
        {"CapacityProvider": "FARGATE", "Weight": 1}
    ]
    assert actions(template, "NightlyStartRole") == {"ecs:RunTask", "iam:PassRole", "sqs:SendMessage"}
    detail = the(template, "AWS::Events::Rule")["EventPattern"]["detail"]
    assert detail["group"] == [target["EcsParameters"]["Group"]]
    assert "dynamodb:UpdateItem" in actions(template, "ReportTaskRole")
    [definition] = of_type(template, "AWS::ECS::TaskDefinition")
    assert [each["Name"] for each in definition["ContainerDefinitions"][0]["Environment"]] == ["LEASE_TABLE"]


def test_encrypts_with_a_key_of_the_user(stack: cdk.Stack, synth: Synth) -> None:
    job(stack, encryption_key=kms.Key(stack, "Key"))
    template = synth()
    assert "KmsMasterKeyId" in the(template, "AWS::SQS::Queue")
    assert "KmsKeyArn" in the(template, SCHEDULE)
    assert "kms:Decrypt" in actions(template, "NightlyStartRole")


def test_lets_others_start_it_and_shows_itself(stack: cdk.Stack, synth: Synth) -> None:
    found = job(stack)
    found.grant_run(iam.Role(stack, "Operator", assumed_by=iam.AccountRootPrincipal()))
    monitor(stack, found)
    template = synth()
    [statement] = statements(template, "Operator")
    assert statement["Action"] == "lambda:InvokeFunction"
    assert "SkippedRuns" in json.dumps(the(template, "AWS::CloudWatch::Dashboard"))


WRONG: list[tuple[dict[str, Any], str]] = [
    (
        {"input": {"schedule": "mine"}},
        "Test/Nightly: input must be without the key 'schedule', got it; name it otherwise: there the event "
        "tells of the start",
    ),
    (
        {"function": None},
        "Test/Nightly: function or task must be given, and one of them alone, got neither; give what runs up "
        "to 15 minutes as a function, and longer work as a RunTask",
    ),
    (
        {"flexible_window": cdk.Duration.hours(24)},
        "Test/Nightly: flexible_window must be whole minutes, and shorter than the 86400 s between two "
        "starts, got 86400 s; leave it out for a quarter of the interval, or give Duration.seconds(0) for none",
    ),
    (
        {"flexible_window": cdk.Duration.seconds(30)},
        "Test/Nightly: flexible_window in seconds must be between 60 and 86400, got 30; leave it out for a "
        "quarter of the interval, or give Duration.seconds(0) for none",
    ),
    (
        {"max_event_age": cdk.Duration.days(2)},
        "Test/Nightly: max_event_age in seconds must be between 60 and 86400, got 172800; leave it out for "
        "the time until the next start",
    ),
    (
        {"retry_attempts": 186},
        "Test/Nightly: retry_attempts must be between 0 and 185, got 186; 185 lasts for a day",
    ),
    (
        {"alarm_thresholds": {"late": 1}},
        "Test/Nightly: alarm_thresholds must be for one of dead_letters, dropped_starts, skipped_runs, "
        "destination_failures, errors, throttles, duration, concurrency, got 'late'; give a number, or None to leave an alarm out",
    ),
    (
        {"schedule": scheduler.ScheduleExpression.cron(hour="3", time_zone=cdk.TimeZone.of("Europe/Berln"))},
        "Test/Nightly: time_zone must be a zone of the IANA time zone database, got 'Europe/Berln'; name one "
        "of it, such as Europe/Berlin",
    ),
]


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        job(stack, **options)


def test_refuses_a_timeout_that_contradicts_the_function(stack: cdk.Stack) -> None:
    function = PythonFunction(stack, "Handler", code="reconciliation")
    message = (
        "Test/Nightly: timeout must be left out, or the 60 s of what runs, got 120 s; "
        "set it where the function or the task is defined"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        job(stack, function=function, timeout=cdk.Duration.minutes(2))


def test_asks_how_long_an_imported_function_runs(stack: cdk.Stack) -> None:
    message = (
        "Test/Nightly: timeout must be given for an imported function, got None; "
        "say how long a run may take: its lease ends then"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        job(stack, function=imported_function(stack))


def test_refuses_a_fifo_queue_for_starts_that_fail(stack: cdk.Stack) -> None:
    message = (
        "Test/Nightly: dead_letter_queue must be a standard queue, got a FIFO queue; "
        "SQS moves messages only to a queue of the same kind"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        job(stack, dead_letter_queue=sqs.Queue(stack, "Failed", fifo=True))


def test_refuses_a_schedule_without_a_dead_letter_queue(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    job(stack).resource.add_property_deletion_override("Target.DeadLetterConfig")
    assert (
        "Test/Nightly: dead_letter_queue must be the target of starts that fail, got None; "
        "leave it as ScheduledJob defines it: a start that fails would be dropped"
    ) in refused()


def test_refuses_runs_that_may_overlap_without_a_guard(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    job(stack, schedule=OFTEN, overlap_guard=False)
    assert (
        "Test/Nightly: overlap_guard must be True where a start every 60 s may find a run of 300 s at work, "
        "got False; leave it out, start the job less often, or lower its timeout"
    ) in refused()


def test_takes_runs_that_may_overlap_with_the_guard(stack: cdk.Stack, synth: Synth) -> None:
    job(stack, schedule=OFTEN)
    assert the(synth(), SCHEDULE)["ScheduleExpression"] == "rate(1 minute)"


def test_refuses_a_start_that_the_clocks_skip(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    zone = cdk.TimeZone.EUROPE_BERLIN
    job(stack, schedule=scheduler.ScheduleExpression.cron(hour="2", minute="30", time_zone=zone))
    said = refused()
    assert re.search(
        re.escape("Test/Nightly: schedule must be one whose every start there is in Europe/Berlin, got ")
        + r"cron\(30 2 \* \* \? \*\), of which the clocks skip \d{4}-03-\d\d 02:30; "
        + re.escape("start it earlier or later, or in the time zone Etc/UTC"),
        said,
    )


def test_refuses_a_dead_letter_queue_of_another_region(stack: cdk.Stack) -> None:
    here = cdk.Environment(account="111122223333", region="eu-west-1")
    place = cdk.Stack(cast(cdk.App, stack.node.root), "Here", env=here)
    theirs = sqs.Queue.from_queue_arn(place, "Theirs", "arn:aws:sqs:eu-north-1:111122223333:failed")
    with pytest.raises(ValueError, match="dead_letter_queue must be of the region of the pattern, eu-west-1"):
        job(place, dead_letter_queue=theirs)
