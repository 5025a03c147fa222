"""A deployed default pattern, then its options and resources of one's own: what holds data is neither deleted nor replaced."""

import ast
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import (
    aws_dynamodb,
    aws_ec2,
    aws_events,
    aws_kms,
    aws_lambda,
    aws_route53,
    aws_route53_targets,
    aws_s3,
    aws_secretsmanager,
    aws_sns,
    aws_sqs,
)
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from docs.catalogue import names
from docs.example_apps import app_of, template_of
from tests.templates import STATEFUL, Template
from wellmade.data import GlobalDatabase
from wellmade.resilience import RegionEntry

CONSUMER = "batch_size=3, alarm_thresholds={'errors': 5}"
QUEUE = "max_receive_count=5, visibility_timeout=cdk.Duration.hours(1)"
STREAM = "max_record_age=cdk.Duration.hours(2), parallelization_factor=2, filters=[{'data': {'a': [1]}}]"
KEY = "encryption_key=kms.Key(self, 'Their')"
THEIR_QUEUE = (
    "queue=sqs.Queue(self, 'Their', visibility_timeout=cdk.Duration.hours(1), "
    "dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=3, "
    "queue=sqs.Queue(self, 'Failed', retention_period=cdk.Duration.days(14))))"
)
FUNCTION = (
    "function=lambda_.Function(self, 'Their', runtime=lambda_.Runtime.NODEJS_22_X, handler='index.handler', "
    "code=lambda_.Code.from_inline('exports.handler = () => 1'), timeout=cdk.Duration.seconds(9))"
)
CASES = {
    "FilePipeline": [
        "prefix='in/', suffixes=['.json'], batch_size=3, max_concurrency=7",
        KEY,
        FUNCTION,
        THEIR_QUEUE,
        "bucket=s3.Bucket(self, 'Their')",
        "results=s3.Bucket(self, 'Their')",
        "quarantine=s3.Bucket(self, 'Their')",
        "table=dynamodb.Table(self, 'Their', partition_key={'name': 'pk', 'type': dynamodb.AttributeType.STRING}, "
        "sort_key={'name': 'sk', 'type': dynamodb.AttributeType.NUMBER})",
    ],
    "EventBus": [
        "archive_retention=cdk.Duration.days(30), max_event_age=cdk.Duration.hours(2)",
        KEY,
        "bus=events.EventBus(self, 'Their')",
    ],
    "FanOutTopic": [KEY, "topic=sns.Topic(self, 'Their')"],
    "QueueWorker": [
        f"{CONSUMER}, {QUEUE}, max_concurrency=7, max_batching_window=cdk.Duration.seconds(9)",
        KEY,
        FUNCTION,
        THEIR_QUEUE,
    ],
    "AsyncApi": [
        "batch_size=5, max_receive_count=9, status_ttl=cdk.Duration.days(40), alarm_thresholds={'errors': 5}",
        KEY,
        FUNCTION,
    ],
    "UploadPortal": [
        "max_size=cdk.Size.gibibytes(1), url_lifetime=cdk.Duration.minutes(5), content_types={'a/b': '.c'}",
        KEY,
        FUNCTION,
        "bucket=s3.Bucket(self, 'Their', lifecycle_rules=[s3.LifecycleRule("
        "abort_incomplete_multipart_upload_after=cdk.Duration.days(7))])",
    ],
    "OrderedQueueWorker": [f"{CONSUMER}, {QUEUE}, high_throughput=False", KEY, FUNCTION],
    "ChangeFeed": ["batch_size=3, max_record_age=cdk.Duration.hours(2), parallelization_factor=2", FUNCTION],
    "EventStream": ["shards=4, retention=cdk.Duration.days(5)", KEY],
    "SizeRouter": ["threshold=cdk.Size.mebibytes(5), task_suffixes=['.jsonl']"],
    "StreamArchive": [
        "prefix='raw/', retention=cdk.Duration.days(900)",
        KEY,
        "bucket=s3.Bucket(self, 'Their')",
    ],
    "StreamProcessor": [
        f"{CONSUMER}, {STREAM}, enhanced_fan_out=True",
        KEY,
        FUNCTION,
        "on_failure_queue=sqs.Queue(self, 'Their')",
    ],
    "HumanApproval": ["timeout=cdk.Duration.days(3)", KEY, "topic=sns.Topic(self, 'Their')"],
    "MediaPipeline": [
        "prefix='films/', suffixes=[], formats=['audio'], capacity_provider='FARGATE'",
        KEY,
        "bucket=s3.Bucket(self, 'Their', versioned=True)",
        "results=s3.Bucket(self, 'Their')",
    ],
    "Workflow": ["timeout=cdk.Duration.days(3)", KEY],
    "RotatedSecret": ["length=64, interval=cdk.Duration.days(7)", KEY],
    "ScheduledJob": [
        "flexible_window=cdk.Duration.minutes(5), max_event_age=cdk.Duration.hours(2), retry_attempts=3",
        KEY,
        FUNCTION,
        "dead_letter_queue=sqs.Queue(self, 'Their')",
        "lease_table=dynamodb.Table(self, 'Their', partition_key={'name': 'pk', 'type': dynamodb.AttributeType.STRING})",
    ],
    "FargateWorker": [QUEUE, KEY, THEIR_QUEUE],
    "InstanceFleet": [QUEUE, KEY, THEIR_QUEUE],
    "FleetWorker": [QUEUE, KEY, THEIR_QUEUE],
    "RelationalStore": [
        "max_capacity=8, readers=2, backup_retention=cdk.Duration.days(30)",
        "global_database=GlobalDatabase('orders', 'primary', 'eu-central-1', secretsmanager.Secret(self, 'Their', "
        "replica_regions=[secretsmanager.ReplicaRegion(region='eu-central-1')], generate_secret_string="
        'secretsmanager.SecretStringGenerator(secret_string_template=\'{"username": "app"}\', '
        "generate_string_key='password', exclude_punctuation=True)))",
    ],
    "SessionCache": ["nodes=3, snapshot_retention=cdk.Duration.days(9)"],
    "DurableQueue": ["max_receive_count=5, retention=cdk.Duration.days(5)", KEY],
    "IdempotencyTable": ["ttl=cdk.Duration.days(40)", KEY],
    "OnDemandTable": ["time_to_live_attribute='until'", KEY],
    "PrivateBucket": ["noncurrent_version_expiration=cdk.Duration.days(9)", KEY],
    "EncryptedTopic": [KEY],
    "RegionPair": [
        "home_regions=True, alarm_thresholds={'read_throttles': 5}",
        "routing='latency', entry=RegionEntry('a.example.com', route53.HostedZone(self, 'Zone',"
        " zone_name='example.com'), targets.ApiGatewayv2DomainProperties('a', 'b'), 'east.example.com')",
    ],
    "EdgeSite": [
        "immutable_paths=['static/*'], not_found_page='missing.html', origin_shield='us-east-1'",
        KEY,
        "bucket=s3.Bucket(self, 'Their', block_public_access=s3.BlockPublicAccess.BLOCK_ALL)",
    ],
}
MODULES = {
    "cdk": cdk,
    "dynamodb": aws_dynamodb,
    "ec2": aws_ec2,
    "events": aws_events,
    "kms": aws_kms,
    "lambda_": aws_lambda,
    "route53": aws_route53,
    "targets": aws_route53_targets,
    "RegionEntry": RegionEntry,
    "GlobalDatabase": GlobalDatabase,
    "s3": aws_s3,
    "secretsmanager": aws_secretsmanager,
    "sns": aws_sns,
    "sqs": aws_sqs,
}
STAYS = {"Retain", "RetainExceptOnCreate", "Snapshot"}
KEEPS_NOTHING = "TopicKey", "NewsKey"
"""Keys of topics: SNS encrypts what is under way, and stores nothing."""


def tuned(name: str, options: str) -> Template:
    """Return the template of a class's example with more options."""
    tree = ast.parse(app_of(name).replace("cdk.App()", "cdk.App(**options)", 1))
    [call, *_] = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]
    more = ast.parse(f"f({options})", mode="eval").body
    assert isinstance(more, ast.Call)
    given = {each.arg for each in more.keywords}
    call.keywords = [each for each in call.keywords if each.arg not in given] + more.keywords
    quiet = {"builtin_cloud_formation_validation": False, "analytics_reporting": False}
    scope: dict[str, Any] = {**MODULES, "options": quiet}
    exec(compile(ast.fix_missing_locations(tree), name, "exec"), scope)
    template: Template = scope["app"].synth().get_stack_by_name("Example").template
    return template


def fixed(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Return those of a resource's properties whose change makes CloudFormation replace it."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    only = {path.split("/")[2] for path in schema.get("createOnlyProperties", ())}
    return {key: value for key, value in properties.items() if key in only}


def lost(before: Template, after: Template) -> dict[str, str]:
    """Return what an update takes away or replaces although it holds data, and nothing keeps it."""
    found: dict[str, str] = {}
    for name, resource in before["Resources"].items():
        if resource["Type"] not in STATEFUL or any(each in name for each in KEEPS_NOTHING):
            continue
        now = after["Resources"].get(name)
        if now is None:
            found |= {} if resource.get("DeletionPolicy") in STAYS else {name: "deleted"}
        elif fixed(resource["Type"], resource["Properties"]) != fixed(now["Type"], now["Properties"]):
            found |= {} if resource.get("UpdateReplacePolicy") in STAYS else {name: "replaced"}
    return found


@pytest.mark.parametrize(
    ("name", "options"), [(name, options) for name, cases in CASES.items() for options in cases]
)
def test_what_holds_data_stays(name: str, options: str) -> None:
    assert name in names()
    assert lost(template_of(name), tuned(name, options)) == {}


def test_another_name_is_noticed() -> None:
    def with_queue(name: str) -> Template:
        return {"Resources": {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}}}}

    assert lost(with_queue("jobs"), with_queue("other")) == {"Jobs": "replaced"}
    assert lost(with_queue("jobs"), {"Resources": {}}) == {"Jobs": "deleted"}
