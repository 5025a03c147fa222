import json
import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3

from wellmade.streaming import EventStream, StreamArchive
from wellmade.testing import synthesize

COLUMNS = {"user": "string", "page": "string"}


def define(stack: cdk.Stack, **options: Any) -> StreamArchive:
    stream = EventStream(stack, "Clicks")
    return StreamArchive(stack, "Archive", **{"stream": stream, "columns": COLUMNS, **options})


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(define)


def only(template: dict[str, Any], kind: str) -> dict[str, Any]:
    [found] = [r["Properties"] for r in template["Resources"].values() if r["Type"] == kind]
    properties: dict[str, Any] = found
    return properties


def test_records_become_parquet_by_the_hour(template: dict[str, Any]) -> None:
    target = only(template, "AWS::KinesisFirehose::DeliveryStream")["ExtendedS3DestinationConfiguration"]
    conversion = target["DataFormatConversionConfiguration"]
    assert "ParquetSerDe" in conversion["OutputFormatConfiguration"]["Serializer"]
    assert target["Prefix"] == "data/!{timestamp:yyyy/MM/dd/HH}/"
    assert target["ErrorOutputPrefix"].startswith("refused/")


def test_athena_finds_the_hours_without_a_crawler(template: dict[str, Any]) -> None:
    table = only(template, "AWS::Glue::Table")["TableInput"]
    assert table["Parameters"]["projection.enabled"] == "true"
    assert table["Parameters"]["projection.hour.format"] == "yyyy/MM/dd/HH"
    assert [key["Name"] for key in table["PartitionKeys"]] == ["hour"]
    assert {c["Name"]: c["Type"] for c in table["StorageDescriptor"]["Columns"]} == COLUMNS


def test_athena_looks_as_far_back_as_data_is_kept() -> None:
    found = only(
        synthesize(lambda stack: define(stack, keep_for=cdk.Duration.days(3653))), "AWS::Glue::Table"
    )
    assert found["TableInput"]["Parameters"]["projection.hour.range"] == "NOW-3653DAYS,NOW"


def test_firehose_has_a_log_stream_to_write_to(template: dict[str, Any]) -> None:
    [name] = [key for key, r in template["Resources"].items() if r["Type"] == "AWS::Logs::LogStream"]
    target = only(template, "AWS::KinesisFirehose::DeliveryStream")["ExtendedS3DestinationConfiguration"]
    assert target["CloudWatchLoggingOptions"]["LogStreamName"] == {"Ref": name}


def test_alarms_on_late_data_and_on_refused_records(template: dict[str, Any]) -> None:
    alarms = [
        r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::CloudWatch::Alarm"
    ]
    assert {alarm["MetricName"] for alarm in alarms if alarm["Namespace"] == "AWS/Firehose"} == {
        "DeliveryToS3.DataFreshness",
        "FailedConversion.Records",
    }


def test_a_query_that_reads_too_much_is_stopped(template: dict[str, Any]) -> None:
    group = only(template, "AWS::Athena::WorkGroup")["WorkGroupConfiguration"]
    assert group["BytesScannedCutoffPerQuery"] == 100 * 10**9
    assert group["EnforceWorkGroupConfiguration"] is True
    encryption = group["ResultConfiguration"]["EncryptionConfiguration"]
    assert encryption["EncryptionOption"] == "SSE_S3"


def tier(template: dict[str, Any]) -> tuple[str, int, int]:
    rules = only(template, "AWS::S3::Bucket")["LifecycleConfiguration"]["Rules"]
    [rule] = [rule for rule in rules if rule.get("Prefix") == "data/"]
    [move] = rule["Transitions"]
    return move["StorageClass"], move["TransitionInDays"], rule["ExpirationInDays"]


@pytest.mark.parametrize(
    ("hours", "storage_class"), [(0, "GLACIER_IR"), (11, "GLACIER_IR"), (12, "GLACIER"), (48, "DEEP_ARCHIVE")]
)
def test_old_objects_are_as_cheap_as_the_promise_allows(hours: int, storage_class: str) -> None:
    found = tier(synthesize(lambda stack: define(stack, retrieval=cdk.Duration.hours(hours))))
    assert found == (storage_class, 90, 2557)


def test_grants_what_the_delivery_needs_on_what_it_uses(template: dict[str, Any]) -> None:
    role = only(template, "AWS::IAM::Role")
    statements = role["Policies"][0]["PolicyDocument"]["Statement"]
    assert "*" not in {s["Resource"] for s in statements if isinstance(s["Resource"], str)}
    assert "aws:SourceArn" in json.dumps(role["AssumeRolePolicyDocument"])
    written = next(s for s in statements if "s3:PutObject" in s["Action"])
    assert [
        json.dumps(r).count("data/*") + json.dumps(r).count("refused/*") for r in written["Resource"]
    ] == [1, 1]


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "stream_archive")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"storage_class": s3.StorageClass.DEEP_ARCHIVE, "retrieval": cdk.Duration.hours(12)},
            "Test/Archive: storage_class must be one that gives objects back within 12 h "
            "(GLACIER_IR, GLACIER), got DEEP_ARCHIVE; promise 48 h in retrieval, or leave storage_class out",
        ),
        (
            {"columns": {}},
            "Test/Archive: columns must be at least one, got none; name the fields to keep, such as "
            "{'user': 'string'}: files without a schema stay JSON",
        ),
        (
            {"keep_for": cdk.Duration.days(30)},
            "Test/Archive: keep_for in days must be between 91 and 36500, got 30; keep what must be kept",
        ),
        (
            {"scan_limit_gb": 0},
            "Test/Archive: scan_limit_gb must be between 1 and 100000, got 0; "
            "100 GB cost about half a dollar",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define(stack, **options)
