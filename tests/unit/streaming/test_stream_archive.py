import json
import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from tests.templates import actions, ids_of, lost, of_type, statements, the
from wellmade.foundation import PythonFunction, monitor
from wellmade.streaming import EventStream, StreamArchive
from wellmade.testing import synthesize

COLUMNS = {"user": "string", "page": "string"}


Synth = Callable[[], dict[str, Any]]


def define(stack: cdk.Stack, **options: Any) -> StreamArchive:
    stream = options.pop("stream", None) or EventStream(stack, "Clicks")
    return StreamArchive(stack, "Archive", **{"stream": stream, "columns": COLUMNS, **options})


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(define)


def test_records_become_parquet_by_the_hour(template: dict[str, Any]) -> None:
    target = the(template, "AWS::KinesisFirehose::DeliveryStream")["ExtendedS3DestinationConfiguration"]
    conversion = target["DataFormatConversionConfiguration"]
    assert "ParquetSerDe" in conversion["OutputFormatConfiguration"]["Serializer"]
    assert target["Prefix"] == "data/!{timestamp:yyyy/MM/dd/HH}/"
    assert target["ErrorOutputPrefix"].startswith("failed/")


def test_athena_finds_the_hours_without_a_crawler(template: dict[str, Any]) -> None:
    table = the(template, "AWS::Glue::Table")["TableInput"]
    assert table["Parameters"]["projection.enabled"] == "true"
    assert table["Parameters"]["projection.hour.format"] == "yyyy/MM/dd/HH"
    assert [key["Name"] for key in table["PartitionKeys"]] == ["hour"]
    assert {c["Name"]: c["Type"] for c in table["StorageDescriptor"]["Columns"]} == COLUMNS


def test_athena_looks_as_far_back_as_data_is_kept() -> None:
    found = the(
        synthesize(lambda stack: define(stack, retention=cdk.Duration.days(3653))), "AWS::Glue::Table"
    )
    assert found["TableInput"]["Parameters"]["projection.hour.range"] == "NOW-3653DAYS,NOW"


def test_firehose_has_a_log_stream_to_write_to(template: dict[str, Any]) -> None:
    [name] = [key for key, r in template["Resources"].items() if r["Type"] == "AWS::Logs::LogStream"]
    target = the(template, "AWS::KinesisFirehose::DeliveryStream")["ExtendedS3DestinationConfiguration"]
    assert target["CloudWatchLoggingOptions"]["LogStreamName"] == {"Ref": name}


def test_alarms_on_late_data_and_on_records_that_fit_no_columns(template: dict[str, Any]) -> None:
    alarms = of_type(template, "AWS::CloudWatch::Alarm")
    assert {alarm["MetricName"] for alarm in alarms if alarm["Namespace"] == "AWS/Firehose"} == {
        "DeliveryToS3.DataFreshness",
        "FailedConversion.Records",
    }


def test_a_query_that_reads_too_much_is_stopped(template: dict[str, Any]) -> None:
    group = the(template, "AWS::Athena::WorkGroup")["WorkGroupConfiguration"]
    assert group["BytesScannedCutoffPerQuery"] == 100 * 1024**3
    assert group["EnforceWorkGroupConfiguration"] is True
    encryption = group["ResultConfiguration"]["EncryptionConfiguration"]
    assert encryption["EncryptionOption"] == "SSE_S3"


def tier(template: dict[str, Any]) -> tuple[str, int, int]:
    rules = the(template, "AWS::S3::Bucket")["LifecycleConfiguration"]["Rules"]
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
    found = list(statements(template, "ArchiveRole"))
    assert "*" not in {s["Resource"] for s in found if isinstance(s["Resource"], str)}
    assert "aws:SourceArn" in json.dumps(the(template, "AWS::IAM::Role")["AssumeRolePolicyDocument"])
    written = next(s for s in found if "s3:PutObject" in s["Action"])
    assert [json.dumps(r).count("data/*") + json.dumps(r).count("failed/*") for r in written["Resource"]] == [
        1,
        1,
    ]


def test_names_the_database_as_glue_takes_it_and_apart_from_other_deployments() -> None:
    def database(stack_name: str) -> str:
        app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
        define(cdk.Stack(app, "Test", stack_name=stack_name))
        template = app.synth().get_stack_by_name(stack_name).template
        name: str = the(template, "AWS::Glue::Database")["DatabaseInput"]["Name"]
        return name

    names = {database("Shop-Dev"), database("Shop-Prod"), database(f"a{'x' * 120}")}
    assert len(names) == 3
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,127}", name) for name in names)


def test_writes_to_a_bucket_of_the_users_under_a_prefix(stack: cdk.Stack, synth: Synth) -> None:
    key = kms.Key(stack, "Key")
    bucket = s3.Bucket(stack, "Lake", encryption=s3.BucketEncryption.KMS, encryption_key=key)
    archive = define(stack, bucket=bucket, prefix="clicks/")
    template = synth()
    assert len(ids_of(template, "AWS::S3::Bucket")) == 1
    target = the(template, "AWS::KinesisFirehose::DeliveryStream")["ExtendedS3DestinationConfiguration"]
    assert target["Prefix"].startswith("clicks/data/")
    assert "/clicks/data/" in str(the(template, "AWS::Glue::Table"))
    assert {"kms:GenerateDataKey", "s3:PutObject"} <= actions(template, "ArchiveRole")
    results = the(template, "AWS::Athena::WorkGroup")["WorkGroupConfiguration"]["ResultConfiguration"]
    assert results["EncryptionConfiguration"]["EncryptionOption"] == "SSE_KMS"
    assert archive.bucket.bucket_name == bucket.bucket_name


def test_reads_an_imported_stream_into_an_imported_bucket(stack: cdk.Stack, synth: Synth) -> None:
    arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks"
    define(
        stack,
        stream=kinesis.Stream.from_stream_arn(stack, "Theirs", arn),
        bucket=s3.Bucket.from_bucket_name(stack, "Lake", "their-lake"),
    )
    template = synth()
    delivery = the(template, "AWS::KinesisFirehose::DeliveryStream")
    assert delivery["KinesisStreamSourceConfiguration"]["KinesisStreamARN"] == arn
    location = the(template, "AWS::Glue::Table")["TableInput"]["StorageDescriptor"]["Location"]
    assert location == "s3://their-lake/data/"


def test_is_encrypted_with_a_key_of_the_user(stack: cdk.Stack, synth: Synth) -> None:
    key = kms.Key(stack, "Key")
    define(stack, stream=EventStream(stack, "Clicks", encryption_key=key), encryption_key=key)
    template = synth()
    bucket = the(template, "AWS::S3::Bucket")
    [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert "KmsKeyId" in the(template, "AWS::Logs::LogGroup")
    assert {"kms:Decrypt", "kms:GenerateDataKey"} <= actions(template, "ArchiveRole")
    inside = str([role.get("Policies") for role in of_type(template, "AWS::IAM::Role")])
    assert "s3:PutObject" not in inside
    of_user = template["Resources"]["Key961B73FD"]["Properties"]
    assert "logs." in str(of_user["KeyPolicy"])


def test_lets_a_workload_query_it(stack: cdk.Stack, synth: Synth) -> None:
    archive = define(stack)
    reports = PythonFunction(stack, "Reports", code="sales_figures")
    archive.connect(reports)
    analyst = iam.Role(stack, "Analyst", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
    archive.grant_query(analyst)
    template = synth()
    variables = the(template, "AWS::Lambda::Function")["Environment"]["Variables"]
    database = the(template, "AWS::Glue::Database")["DatabaseInput"]["Name"]
    assert (variables["ATHENA_DATABASE"], variables["ATHENA_TABLE"]) == (database, "records")
    granted = actions(template, "Analyst")
    assert granted <= actions(template, "Reports")
    assert {"athena:StartQueryExecution", "glue:GetTable", "s3:GetObject", "s3:PutObject"} <= granted
    [written] = [s for s in statements(template, "Analyst") if "s3:PutObject" in s["Action"]]
    assert "query-results/*" in str(written["Resource"])


def test_is_monitored_and_its_alarms_can_be_left_out(stack: cdk.Stack, synth: Synth) -> None:
    archive = define(
        stack,
        alarm_thresholds={"late_data": cdk.Duration.hours(1), "failed_conversions": None},
        stream=kinesis.Stream(stack, "Theirs"),
    )
    monitor(stack, archive)
    [alarm] = of_type(synth(), "AWS::CloudWatch::Alarm")
    assert (alarm["MetricName"], alarm["Threshold"]) == ("DeliveryToS3.DataFreshness", 3600)


@pytest.mark.parametrize(
    "options",
    [
        {"retention": cdk.Duration.days(400)},
        {"retrieval": cdk.Duration.hours(48)},
        {"scan_limit": cdk.Size.gibibytes(1)},
        {"removal_policy": cdk.RemovalPolicy.DESTROY},
    ],
)
def test_tuning_a_deployed_archive_deletes_no_data(template: dict[str, Any], options: dict[str, Any]) -> None:
    assert lost(template, synthesize(lambda stack: define(stack, **options))) == set()


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
            {"retention": cdk.Duration.days(30)},
            "Test/Archive: retention in days must be between 91 and 36500, got 30; keep what must be kept",
        ),
        (
            {"scan_limit": cdk.Size.mebibytes(1)},
            "Test/Archive: scan_limit in MiB must be between 10 and 104857600, got 1; "
            "100 GiB cost about half a dollar",
        ),
        (
            {"prefix": "clicks"},
            "Test/Archive: prefix must be one that ends in '/', got 'clicks'; write 'clicks/'",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define(stack, **options)


def test_refuses_to_tune_a_bucket_of_the_users(stack: cdk.Stack) -> None:
    bucket = s3.Bucket(stack, "Lake")
    message = (
        "Test/Archive: retrieval must be left out beside bucket=, got a value; "
        "add lifecycle rules where the bucket is defined"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define(stack, bucket=bucket, retrieval=cdk.Duration.hours(12))
