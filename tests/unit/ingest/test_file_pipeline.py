from collections import Counter
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from wellmade.ingest import FilePipeline
from wellmade.testing import synthesize

COUNTED_APART = {
    "AWS::CloudWatch::Alarm",
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
}


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(lambda stack: FilePipeline(stack, "Files", package="tabular_ingest"))


def of_type(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {name: r["Properties"] for name, r in template["Resources"].items() if r["Type"] == kind}


def inbox(template: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    [found] = [
        (name, bucket)
        for name, bucket in of_type(template, "AWS::S3::Bucket").items()
        if "NotificationConfiguration" in bucket
    ]
    return found


def test_stays_within_fourteen_resources(template: dict[str, Any]) -> None:
    kinds = Counter(r["Type"] for r in template["Resources"].values() if r["Type"] not in COUNTED_APART)
    assert kinds.total() <= 14, kinds


def test_needs_no_custom_resource(template: dict[str, Any]) -> None:
    kinds = {r["Type"] for r in template["Resources"].values()}
    assert not [
        kind for kind in kinds if kind.startswith(("Custom::", "AWS::CloudFormation::CustomResource"))
    ]
    assert len(of_type(template, "AWS::Lambda::Function")) == 1


def test_notifies_the_queue_of_each_suffix_under_the_prefix(template: dict[str, Any]) -> None:
    _, bucket = inbox(template)
    rules = [
        {rule["Name"]: rule["Value"] for rule in configuration["Filter"]["S3Key"]["Rules"]}
        for configuration in bucket["NotificationConfiguration"]["QueueConfigurations"]
    ]
    assert rules == [
        {"prefix": "incoming/", "suffix": ".csv"},
        {"prefix": "incoming/", "suffix": ".jsonl"},
    ]


def test_queue_lets_this_bucket_send_before_the_bucket_is_made(template: dict[str, Any]) -> None:
    name, bucket = inbox(template)
    policies = of_type(template, "AWS::SQS::QueuePolicy")
    [(policy, statement)] = [
        (policy, statement)
        for policy, properties in policies.items()
        for statement in properties["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    assert policy in template["Resources"][name]["DependsOn"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    arn = statement["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Join"][1]
    *start, uuid = bucket["BucketName"]["Fn::Join"][1]
    assert arn[-1] == uuid
    assert arn[-2] == ":s3:::" + start[0]


def test_results_and_quarantine_are_other_buckets(template: dict[str, Any]) -> None:
    [function] = of_type(template, "AWS::Lambda::Function").values()
    variables = function["Environment"]["Variables"]
    watched, _ = inbox(template)
    named = {variables[name]["Ref"] for name in ("RESULTS_BUCKET", "QUARANTINE_BUCKET")}
    assert len(named) == 2
    assert watched not in named


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "file_pipeline")


def test_grants_uploads_under_the_prefix_only(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    pipeline = FilePipeline(stack, "Files", package="tabular_ingest")
    pipeline.grant_upload(iam.Role(stack, "Uploader", assumed_by=iam.AccountRootPrincipal()))
    [policy] = of_type(synth(), "AWS::IAM::Policy").values()
    [statement] = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "s3:PutObject"
    assert statement["Resource"]["Fn::Join"][1][-1] == "/incoming/*"


@pytest.mark.parametrize(
    ("options", "pattern", "watched"),
    [
        ({}, "incoming/*", "incoming/*"),
        ({}, "*", "incoming/*"),
        ({}, "incoming/results/*", "incoming/*"),
        ({"prefix": "", "suffixes": []}, "results/*", "every object"),
        ({"prefix": ""}, "results/*", "*"),
    ],
)
def test_refuses_a_loop(
    stack: cdk.Stack, refused: Callable[[], str], options: dict[str, Any], pattern: str, watched: str
) -> None:
    pipeline = FilePipeline(stack, "Files", package="tabular_ingest", **options)
    pipeline.function.allow(["s3:PutObject"], [pipeline.inbox.arn_for_objects(pattern)])
    assert (
        f"Test/Files: results must be outside what the notification watches ({watched}), "
        f"got permission for the function to write {pattern} into the same bucket; "
        "write to another bucket, or to a prefix that is not watched"
    ) in refused()


def test_refuses_a_loop_closed_by_a_grant(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    pipeline = FilePipeline(stack, "Files", package="tabular_ingest")
    pipeline.inbox.grant_write(pipeline)
    assert "got permission for the function to write * into the same bucket" in refused()


def test_writing_beside_the_watched_prefix_passes(
    stack: cdk.Stack, synth: Callable[[], dict[str, Any]]
) -> None:
    pipeline = FilePipeline(stack, "Files", package="tabular_ingest")
    pipeline.function.allow(["s3:PutObject"], [pipeline.inbox.arn_for_objects("done/*")])
    assert "/done/*" in str(of_type(synth(), "AWS::IAM::Role"))
