"""What a media pipeline promises, refuses, grants and looks like."""

import json
import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3

from tests.templates import actions, of_type, the
from wellmade.compute import Container, ContainerFleet, FargateTask
from wellmade.foundation import PythonFunction, monitor
from wellmade.kit.refusals import RefusedError
from wellmade.testing import synthesize
from wellmade.workflow import Invoke, MediaPipeline, RunTask

Synth = Callable[[], dict[str, Any]]
FORMATS = ["720p", "audio"]


def run_of(stack: cdk.Stack, **options: Any) -> RunTask:
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, restrict_default_security_group=False)
    program = Container("media_transcoder", writable_folders=["/tmp"])  # noqa: S108 - of the image
    task = FargateTask(stack, "Transcoder", image=program, vpc=vpc)
    return RunTask(task.cluster, task.task_definition, task.security_groups, **options)


def media_of(stack: cdk.Stack, **options: Any) -> MediaPipeline:
    task = options.pop("task", None) or run_of(stack)
    return MediaPipeline(stack, "Media", task=task, **{"formats": FORMATS, **options})


def whole(stack: cdk.Stack) -> None:
    media = media_of(stack)
    media.connect(PythonFunction(stack, "Uploader", code="order_worker"))
    media.grant_upload(iam.Role(stack, "Sender", assumed_by=iam.AnyPrincipal()))
    monitor(stack, media)


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(whole)


def states(template: dict[str, Any]) -> dict[str, Any]:
    written = the(template, "AWS::StepFunctions::StateMachine")["DefinitionString"]["Fn::Join"][1]
    found: dict[str, Any] = json.loads("".join(part if isinstance(part, str) else "?" for part in written))
    return found


def test_what_failed_for_good_is_redriven_where_it_failed(template: dict[str, Any]) -> None:
    """A redrive enters a Fail state again, and fails again."""
    found = states(template)["States"]
    assert "Catch" not in found["Make formats"]
    assert not [name for name, state in found.items() if state["Type"] == "Fail"]


def tasks(template: dict[str, Any]) -> dict[str, Any]:
    """Return the state of each format's task."""
    branches = states(template)["States"]["Make formats"]["Branches"]
    return {branch["StartAt"]: branch["States"][branch["StartAt"]] for branch in branches}


def test_runs_one_task_on_spot_for_each_format(template: dict[str, Any]) -> None:
    found = tasks(template)
    assert list(found) == ["Make 720p", "Make audio"]
    for name, state in found.items():
        assert state["Resource"] == "arn:?:states:::ecs:runTask.sync"
        assert state["Parameters"]["CapacityProviderStrategy"] == [
            {"CapacityProvider": "FARGATE_SPOT", "Weight": 1}
        ]
        [told] = state["Parameters"]["Overrides"]["ContainerOverrides"]
        assert told["Environment"] == [
            {"Name": "FILE_BUCKET", "Value.$": "$.bucket"},
            {"Name": "FILE_KEY", "Value.$": "$.key"},
            {"Name": "FILE_VERSION", "Value.$": "$.version"},
            {"Name": "MEDIA_FORMAT", "Value": name.removeprefix("Make ")},
        ]


def test_an_interruption_is_tried_again_for_hours_and_a_timeout_once(template: dict[str, Any]) -> None:
    for state in tasks(template).values():
        late, others = state["Retry"]
        assert (late["ErrorEquals"], late["MaxAttempts"]) == (
            ["States.Timeout", "States.HeartbeatTimeout"],
            1,
        )
        assert (others["ErrorEquals"], others["MaxAttempts"]) == (["States.ALL"], 24)
        waits = [min(others["IntervalSeconds"] * 2**n, others["MaxDelaySeconds"]) for n in range(24)]
        # There may be no capacity for two hours; with full jitter each wait is half as long on average.
        assert others["JitterStrategy"] == "FULL"
        assert 2 * 3600 <= sum(waits) / 2 < 4 * 3600


def test_a_video_that_arrives_twice_is_one_execution(template: dict[str, Any]) -> None:
    found = states(template)
    assert found["StartAt"] == "Claim"
    assert found["States"]["Claim"]["Parameters"]["Item"]["pk"] == {"S.$": "$.version"}
    assert found["TimeoutSeconds"] == 86_400


def test_each_arrival_starts_the_workflow_or_is_kept(template: dict[str, Any]) -> None:
    rule = the(template, "AWS::Events::Rule")
    assert rule["EventPattern"]["detail-type"] == ["Object Created"]
    keys = rule["EventPattern"]["detail"]["object"]["key"]
    assert {each["wildcard"] for each in keys} == {
        f"incoming/*.{each}" for each in ("mp4", "mov", "mkv", "webm")
    }
    [target] = rule["Targets"]
    transformed = target["InputTransformer"]
    assert transformed["InputTemplate"] == '{"bucket": <bucket>, "key": <key>, "version": <version>}'
    assert transformed["InputPathsMap"]["version"] == "$.detail.object.version-id"
    assert "MediaUndelivered" in target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0]
    assert actions(template, "MediaArrivalsRole") == {"states:StartExecution"}


def test_the_inbox_keeps_versions_and_sends_its_events(template: dict[str, Any]) -> None:
    [inbox] = [b for b in of_type(template, "AWS::S3::Bucket") if "NotificationConfiguration" in b]
    assert inbox["VersioningConfiguration"] == {"Status": "Enabled"}
    assert inbox["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}


def test_grants_the_program_what_it_calls_and_nothing_else(template: dict[str, Any]) -> None:
    assert actions(template, "TranscoderRole") == {
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "s3:AbortMultipartUpload",
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "s3:PutObject",
    }
    assert actions(template, "Sender") == {"s3:PutObject"}
    assert "s3:PutObject" in actions(template, "UploaderRole")


def test_the_program_may_write_below_tmp_alone(template: dict[str, Any]) -> None:
    definition = the(template, "AWS::ECS::TaskDefinition")
    [container] = definition["ContainerDefinitions"]
    assert container["ReadonlyRootFilesystem"] is True
    [mount] = container["MountPoints"]
    assert (mount["ContainerPath"], mount["ReadOnly"]) == ("/tmp", False)  # noqa: S108 - of the image
    assert [each["Name"] for each in definition["Volumes"]] == [mount["SourceVolume"]]


def test_alarms_on_what_does_not_arrive_and_on_what_fails(template: dict[str, Any]) -> None:
    found = {a["MetricName"] for a in of_type(template, "AWS::CloudWatch::Alarm")}
    assert {"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionThrottled"} <= found
    assert "ApproximateNumberOfMessagesVisible" in found
    assert "ExecutionsStarted" in json.dumps(the(template, "AWS::CloudWatch::Dashboard"))


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "media_pipeline")


def test_one_format_needs_no_branches(stack: cdk.Stack, synth: Synth) -> None:
    media_of(stack, formats=["audio"], alarm_thresholds={"failed_executions": None, "undelivered": 3})
    template = synth()
    assert "Make audio" in states(template)["States"]
    found = {a["MetricName"]: a["Threshold"] for a in of_type(template, "AWS::CloudWatch::Alarm")}
    assert "ExecutionsFailed" not in found
    assert found["ApproximateNumberOfMessagesVisible"] == 3


def test_takes_buckets_of_ones_own_and_capacity_that_is_not_taken_back(
    stack: cdk.Stack, synth: Synth
) -> None:
    task = run_of(stack, timeout=cdk.Duration.hours(20), environment={"PRESET": "slow"})
    media = media_of(
        stack,
        task=task,
        capacity_provider="FARGATE",
        bucket=s3.Bucket(stack, "Theirs", versioned=True),
        results=s3.Bucket(stack, "Films"),
        prefix="videos/",
        suffixes=[],
    )
    template = synth()
    [state, _] = tasks(template).values()
    assert state["Parameters"]["CapacityProviderStrategy"][0]["CapacityProvider"] == "FARGATE"
    assert state["Retry"][0]["MaxAttempts"] == 5
    assert {"Name": "PRESET", "Value": "slow"} in state["Parameters"]["Overrides"]["ContainerOverrides"][0][
        "Environment"
    ]
    assert states(template)["TimeoutSeconds"] == 2 * 20 * 3600
    assert len(of_type(template, "AWS::S3::Bucket")) == 2
    assert media.metric_failed_videos().metric_name == "ExecutionsFailed"
    assert media.metric_videos().metric_name == "ExecutionsStarted"


def test_anybodys_task_gets_its_rights_by_its_role(stack: cdk.Stack, synth: Synth) -> None:
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, restrict_default_security_group=False)
    definition = ecs.FargateTaskDefinition(stack, "Theirs")
    image = ecs.ContainerImage.from_registry("public.ecr.aws/docker/library/busybox")
    definition.add_container("encode", image=image)
    cluster = ecs.Cluster(stack, "Cluster", vpc=vpc, enable_fargate_capacity_providers=True)
    media_of(stack, task=RunTask(cluster, definition, [ec2.SecurityGroup(stack, "Group", vpc=vpc)]))
    template = synth()
    [container] = the(template, "AWS::ECS::TaskDefinition")["ContainerDefinitions"]
    assert {each["Name"] for each in container["Environment"]} == {"RESULTS_BUCKET", "TABLE_NAME"}
    assert "s3:GetObjectVersion" in actions(template, "TheirsTaskRole")


@pytest.mark.parametrize("enabled", [None, True])
def test_a_cluster_of_ones_own_gets_capacity_on_spot(
    stack: cdk.Stack, synth: Synth, *, enabled: bool | None
) -> None:
    """Without it no task would start, and every video would fail after hours."""
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, restrict_default_security_group=False)
    cluster = ecs.Cluster(stack, "Cluster", vpc=vpc, enable_fargate_capacity_providers=enabled)
    task = FargateTask(stack, "Transcoder", image="media_transcoder", cluster=cluster)
    media_of(stack, task=RunTask(cluster, task.task_definition, task.security_groups))
    associated = the(synth(), "AWS::ECS::ClusterCapacityProviderAssociations")
    assert set(associated["CapacityProviders"]) == {"FARGATE", "FARGATE_SPOT"}


def test_the_cluster_of_a_fleet_keeps_its_one_list_of_capacity(stack: cdk.Stack, synth: Synth) -> None:
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, restrict_default_security_group=False)
    fleet = ContainerFleet(stack, "Fleet", vpc=vpc)
    task = FargateTask(stack, "Transcoder", image="media_transcoder", cluster=fleet.cluster)
    media_of(stack, task=RunTask(fleet.cluster, task.task_definition, task.security_groups))
    associated = the(synth(), "AWS::ECS::ClusterCapacityProviderAssociations")
    assert len(associated["CapacityProviders"]) == 3


def test_a_key_of_ones_own_is_used_and_no_more(stack: cdk.Stack, synth: Synth) -> None:
    media = media_of(stack, encryption_key=kms.Key(stack, "Key", enable_key_rotation=True))
    media.grant_upload(iam.Role(stack, "Sender", assumed_by=iam.AnyPrincipal()))
    media.connect(PythonFunction(stack, "Uploader", code="order_worker"))
    template = synth()
    assert {"kms:Decrypt", "kms:GenerateDataKey"} <= actions(template, "Transcoder")
    assert {"kms:Decrypt", "kms:GenerateDataKey"} <= actions(template, "Sender")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"formats": []}, "formats must be 1 to 40 names, got 0; name them as in ['720p', 'audio']"),
        (
            {"formats": ["a/b"]},
            "formats must be up to 40 letters, digits, dots, hyphens and underscores, got 'a/b'; name it as in '720p'",
        ),
        ({"formats": ["a", "a"]}, "formats must be named differently, got 'a' twice; name each once"),
        (
            {"prefix": ""},
            "prefix must be a folder such as incoming/, got ''; or all that is in the bucket would be a video",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], said: str) -> None:
    with pytest.raises(RefusedError, match=f"^Test/Media: {re.escape(said)}$"):
        media_of(stack, **options)


def test_refuses_a_function(stack: cdk.Stack) -> None:
    function = lambda_.Function(
        stack,
        "Encode",
        runtime=lambda_.Runtime.NODEJS_22_X,
        handler="index.handler",
        code=lambda_.Code.from_inline("exports.handler = () => 1"),
    )
    said = (
        "Test/Media: task must be a RunTask, got Invoke; Lambda ends after 15 minutes, and a video may take "
        "hours: run a FargateTask, by RunTask"
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(said)}$") as caught:
        media_of(stack, task=Invoke(function))
    assert (caught.value.rule, caught.value.page) == ("video-in-function", "docs/patterns/MediaPipeline.md")


def test_refuses_one_bucket_for_both(stack: cdk.Stack) -> None:
    bucket = s3.Bucket(stack, "Theirs", versioned=True)
    said = (
        "Test/Media: results must be another bucket than the inbox, got the same; or each format starts an "
        "execution that makes formats of it, indefinitely"
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(said)}$") as caught:
        media_of(stack, bucket=bucket, results=bucket)
    assert caught.value.rule == "event-loop"


def test_refuses_one_bucket_that_is_imported_twice(stack: cdk.Stack) -> None:
    once, again = (s3.Bucket.from_bucket_name(stack, each, "videos") for each in ("Once", "Again"))
    with pytest.raises(RefusedError, match="results must be another bucket than the inbox"):
        media_of(stack, bucket=once, results=again)


def test_refuses_an_inbox_without_versions(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    media_of(stack, bucket=s3.Bucket(stack, "Theirs"))
    said = (
        "Test/Media: bucket must be one that keeps versions, got one without them; define it with versioned=True: "
        "by its version a video is known that arrives twice"
    )
    assert said in refused()
