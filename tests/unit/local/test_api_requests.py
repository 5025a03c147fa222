"""Requests are read as what was called: what botocore writes for a call is read back as that call."""

from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from wellmade.local.extension.api_requests import ApiRequest, read

ARN = "arn:aws:sns:us-east-1:111122223333:news"
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("dynamodb", "put_item", {"TableName": "rows", "Item": {"pk": {"S": "a"}}}),
    ("dynamodbstreams", "describe_stream", {"StreamArn": ARN.replace("sns", "dynamodb")}),
    ("sqs", "send_message", {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/1/jobs", "MessageBody": "x"}),
    ("stepfunctions", "start_execution", {"stateMachineArn": ARN, "input": "{}"}),
    ("events", "put_events", {"Entries": [{"Source": "me", "EventBusName": "bus", "Detail": "{}"}]}),
    ("kms", "decrypt", {"CiphertextBlob": b"x", "KeyId": "alias/app"}),
    ("sns", "publish", {"TopicArn": ARN, "Message": "x"}),
    ("sns", "subscribe", {"TopicArn": ARN, "Protocol": "sqs", "Attributes": {"RawMessageDelivery": "true"}}),
    ("sts", "assume_role", {"RoleArn": ARN, "RoleSessionName": "me", "Tags": [{"Key": "a", "Value": "b"}]}),
    ("ec2", "describe_instances", {"InstanceIds": ["i-1", "i-2"]}),
    ("s3", "get_object", {"Bucket": "files", "Key": "a b/c+d"}),
    ("s3", "get_object", {"Bucket": "files", "Key": "a", "VersionId": "7"}),
    ("s3", "get_object_tagging", {"Bucket": "files", "Key": "a"}),
    ("s3", "put_object", {"Bucket": "files", "Key": "a", "SSEKMSKeyId": "k", "Body": b"<x/>"}),
    ("s3", "copy_object", {"Bucket": "files", "Key": "a", "CopySource": "other/b"}),
    ("s3", "upload_part", {"Bucket": "files", "Key": "a", "UploadId": "u", "PartNumber": 1, "Body": b"x"}),
    ("s3", "list_objects_v2", {"Bucket": "files", "Prefix": "a/"}),
    ("s3", "list_buckets", {}),
    ("s3", "delete_objects", {"Bucket": "files", "Delete": {"Objects": [{"Key": "a"}, {"Key": "b"}]}}),
    ("s3", "delete_object", {"Bucket": "files", "Key": "a"}),
    ("s3", "create_multipart_upload", {"Bucket": "files", "Key": "a"}),
    ("lambda", "invoke", {"FunctionName": "worker", "InvocationType": "Event", "Payload": b"{}"}),
    ("lambda", "list_functions", {}),
    ("scheduler", "create_schedule", {
        "Name": "daily", "GroupName": "mine", "ScheduleExpression": "rate(1 day)",
        "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": {"Arn": ARN, "RoleArn": ARN},
    }),
    ("sesv2", "send_email", {"FromEmailAddress": "a@b.c", "Content": {"Raw": {"Data": b"x"}}}),
    ("appconfigdata", "get_latest_configuration", {"ConfigurationToken": "t"}),
    ("bedrock-runtime", "invoke_model", {"modelId": "anthropic.claude-v2:1", "body": b"{}"}),
    ("apigatewaymanagementapi", "post_to_connection", {"ConnectionId": "c", "Data": b"x"}),
    ("cloudwatch", "put_metric_data", {"Namespace": "Mine", "MetricData": [{"MetricName": "n"}]}),
]  # fmt: skip
LEFT_OUT = {"Body", "Payload", "Data", "body", "CiphertextBlob", "Content"}
"""Bytes, which nobody reads."""


@pytest.mark.parametrize(("service", "method", "parameters"), CALLS, ids=lambda each: str(each)[:30])
def test_what_botocore_writes_is_read_back(service: str, method: str, parameters: dict[str, Any]) -> None:
    client = boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url="http://127.0.0.1:1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(s3={"addressing_style": "path"}),
    )
    sent: list[Any] = []

    def keep(request: Any, **_: Any) -> AWSResponse:
        sent.append(request)
        raise ConnectionAbortedError

    client.meta.events.register("before-send", keep)
    with pytest.raises(ConnectionAbortedError):
        getattr(client, method)(**parameters)

    found = read(_received(sent[0], client.meta.service_model.signing_name))

    assert found is not None
    wanted = {name: value for name, value in parameters.items() if name not in LEFT_OUT}
    assert found[:2] == (service, client.meta.method_to_api_mapping[method])
    assert {name: _plain(found[2].get(name)) for name in wanted} == _plain(wanted)


def _received(request: Any, signed_for: str) -> ApiRequest:
    path, _, query = request.url.partition("127.0.0.1:1")[2].partition("?")
    headers = {
        name.lower(): value.decode() if isinstance(value, bytes) else str(value)
        for name, value in request.headers.items()
    }
    body = request.body or b""
    body = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else body.read()
    return ApiRequest(signed_for, request.method, path, query, headers, body)


def _plain(value: Any) -> Any:
    """Return a value as it stands in a request that knows no numbers."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value)


@pytest.mark.parametrize(
    "headers",
    [{"x-amz-target": "DynamoDB_20120810.NoSuchThing"}, {"content-type": "text/plain"}],
)
def test_a_request_that_no_api_has_is_none(headers: dict[str, str]) -> None:
    assert read(ApiRequest("dynamodb", "PUT", "/nowhere", "", headers, b"{}")) is None


def test_a_service_that_nobody_knows_is_none() -> None:
    assert read(ApiRequest("nothing", "GET", "/", "", {}, b"")) is None
