"""What the handlers' tests share: deliveries, faults and a look at what came out."""

import base64
import importlib
import itertools
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any, Literal
from urllib.parse import quote_plus

import boto3
import pytest

Message = dict[str, Any]

PREFIX = "incoming/"
"""Where the deployed pipeline looks; keys in the tests stand for keys under it."""

STORES = ("version", "deployments", "store", "jobs", "kept", "profiles")
"""Names under which handlers keep their stores."""

CLIENTS = ("codedeploy", "lambda_", "s3", "dynamodb", "events", "kinesis", "sns", "sqs", "stepfunctions")
"""Names under which the stores of handlers keep their clients."""

EXAMPLES = "WELLMADE_EXAMPLES"
"""Environment variable: how many cases of each property are tried."""

_numbers = itertools.count()


class Crash(BaseException):
    """The end of the process, as far as code can tell: no `except Exception` sees it."""


def crash_at(step: int) -> Callable[..., None]:
    """Return a hook that dies at one call, and at every later one: a dead process makes no more."""
    calls = iter(range(1000))
    lock = threading.Lock()

    def crash(**_: Any) -> None:
        with lock:
            at = next(calls)
        if at >= step:
            raise Crash

    return crash


class Context:
    """What a handler sees of its invocation."""

    function_name = "function"
    memory_limit_in_mb = 256
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:function"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def __init__(self, remaining: int = 60_000) -> None:
        self.remaining = remaining

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining


def import_handler(package: str, **environment: str) -> ModuleType:
    """Import a handler once, with the environment that its stack gives it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "IDEMPOTENCY_TABLE": "claims",
            "POWERTOOLS_SERVICE_NAME": package,
            **environment,
        }.items():
            patch.setenv(name, value)
        return importlib.import_module(f"{package}.handler")


@cache
def client(
    service: Literal["cloudwatch", "dynamodb", "events", "kinesis", "s3", "secretsmanager", "sns", "sqs"],
) -> Any:
    """The tests' own clients, also built once."""
    return boto3.client(service)


class Aws:
    """What a test starts from."""

    def bucket(self, name: str) -> None:
        client("s3").create_bucket(Bucket=name)

    def table(self, name: str, **keys: str) -> None:
        """Create a table from its key attributes and their types, the partition key first."""
        client("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": key, "AttributeType": kind} for key, kind in keys.items()
            ],
            KeySchema=[
                {"AttributeName": key, "KeyType": role}
                for key, role in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
        )

    def due_table(self, name: str) -> None:
        """Create a table whose items are found by the time at which they are due."""
        index = {"due_shard": "HASH", "due": "RANGE"}
        client("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": key, "AttributeType": kind}
                for key, kind in {"pk": "S", "due_shard": "S", "due": "N"}.items()
            ],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "due",
                    "KeySchema": [{"AttributeName": key, "KeyType": role} for key, role in index.items()],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )

    def stream(self, name: str) -> None:
        client("kinesis").create_stream(StreamName=name, ShardCount=2)

    def listen(self, bus: str) -> None:
        """Create an event bus, and a queue `heard` that gets all that is published on it."""
        queue = client("sqs").create_queue(QueueName="heard")["QueueUrl"]
        arn = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
        events = client("events")
        events.create_event_bus(Name=bus)
        events.put_rule(Name="all", EventBusName=bus, EventPattern='{"source": [{"prefix": ""}]}')
        events.put_targets(Rule="all", EventBusName=bus, Targets=[{"Id": "heard", "Arn": arn["QueueArn"]}])


def heard() -> list[dict[str, Any]]:
    """Return the events that were published, as a queue gets them."""
    sqs = client("sqs")
    received = sqs.receive_message(
        QueueUrl=sqs.get_queue_url(QueueName="heard")["QueueUrl"], MaxNumberOfMessages=10
    )
    return [json.loads(each["Body"]) for each in received.get("Messages", [])]


def message(body: str | Mapping[str, Any], group: str = "") -> Message:
    text = body if isinstance(body, str) else json.dumps(body)
    return {"messageId": f"m{next(_numbers)}", "body": text, "attributes": {"MessageGroupId": group}}


def deliver(module: ModuleType, *messages: Message, remaining: int = 60_000) -> list[Message]:
    """Hand one batch to a handler and return the messages that go back to the queue."""
    response = module.handler({"Records": list(messages)}, Context(remaining))
    failed = {failure["itemIdentifier"] for failure in response["batchItemFailures"]}
    return [each for each in messages if each["messageId"] in failed]


def stream_record(data: str | Mapping[str, Any], key: str = "one") -> Message:
    """Return a record as Kinesis delivers it; its sequence number is above all before."""
    text = data if isinstance(data, str) else json.dumps(data)
    return {
        "eventSource": "aws:kinesis",
        "eventID": "shardId-000000000000:0",
        "kinesis": {
            "partitionKey": key,
            "sequenceNumber": str(10**50 + next(_numbers)),
            "approximateArrivalTimestamp": 1_800_000_000.0,
            "data": base64.b64encode(text.encode()).decode(),
        },
    }


def change(new: Mapping[str, Any] | None, key: str = "one") -> Message:
    """Return a change of an item as DynamoDB Streams deliver it."""
    image = {} if new is None else {"NewImage": dict(new)}
    return {
        "eventSource": "aws:dynamodb",
        "eventName": "MODIFY" if new else "REMOVE",
        "dynamodb": {"Keys": {"pk": {"S": key}}, "SequenceNumber": str(10**20 + next(_numbers)), **image},
    }


def read(module: ModuleType, *records: Message) -> list[Message]:
    """Hand a batch of a stream to a handler and return the records that it reports as failed."""
    response = module.handler({"Records": list(records)}, Context())
    failed = {failure["itemIdentifier"] for failure in response["batchItemFailures"]}
    return [each for each in records if _sequence(each) in failed]


def _sequence(record: Message) -> str:
    number: str = (
        record["kinesis"]["sequenceNumber"] if "kinesis" in record else record["dynamodb"]["SequenceNumber"]
    )
    return number


def items(table: str) -> list[dict[str, Any]]:
    return list(client("dynamodb").get_paginator("scan").paginate(TableName=table).search("Items[]"))


def empty(*tables: str) -> None:
    """Leave nothing in some tables: each is deleted and created again.

    moto copies the whole table for each write of a transaction, so that one that grows over thousands of
    cases takes most of their time.
    """
    dynamodb = client("dynamodb")
    for name in tables:
        found = dynamodb.describe_table(TableName=name)["Table"]
        dynamodb.delete_table(TableName=name)
        kept = {part: found[part] for part in ("TableName", "AttributeDefinitions", "KeySchema")}
        dynamodb.create_table(BillingMode="PAY_PER_REQUEST", **kept)


def objects(bucket: str) -> dict[str, bytes]:
    s3 = client("s3")
    keys = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket).search("Contents[].Key")
    return {
        key.removeprefix(PREFIX): s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys if key
    }


def error(code: str, status: int = 400) -> Callable[..., Any]:
    """Return a hook that answers a call with an error of AWS."""
    return lambda **_: answer({"Error": {"Code": code, "Message": "for this test"}}, status)


def answer(parsed: dict[str, Any], status: int = 200) -> tuple[Any, dict[str, Any]]:
    """Return what a `before-call` hook returns to take the place of the network."""
    return _Answer(status), parsed


class _Answer:
    def __init__(self, status: int) -> None:
        self.status_code = status


@contextmanager
def hooked(module: ModuleType, event: str, hook: Callable[..., Any]) -> Iterator[None]:
    """Call a hook at an event of the handler's clients, such as `before-call.dynamodb.PutItem`."""
    stores = [each for name in STORES if (each := getattr(module, name, None))]
    clients = [own for each in stores for name in CLIENTS if (own := getattr(each, name, None))]
    for client in clients:
        client.meta.events.register_first(event, hook)
    try:
        yield
    finally:
        for client in clients:
            client.meta.events.unregister(event, hook)


@contextmanager
def recorded(module: ModuleType) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Collect the calls that a handler makes: operation and parameters."""
    calls: list[tuple[str, dict[str, Any]]] = []

    def note(*, model: Any, params: dict[str, Any], **_: Any) -> None:
        calls.append((model.name, dict(params)))

    with hooked(module, "provide-client-params", note):
        yield calls


@contextmanager
def recorded_calls(client: Any) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Collect the calls of one client."""
    calls: list[tuple[str, dict[str, Any]]] = []

    def note(*, model: Any, params: dict[str, Any], **_: Any) -> None:
        calls.append((model.name, dict(params)))

    client.meta.events.register("provide-client-params", note)
    yield calls
    client.meta.events.unregister("provide-client-params", note)


class Inbox:
    """The bucket that files arrive in, and the handler that loads them."""

    def __init__(self, handler: ModuleType) -> None:
        self.handler = handler
        self.s3 = client("s3")

    def keep_versions(self) -> None:
        self.s3.put_bucket_versioning(Bucket="inbox", VersioningConfiguration={"Status": "Enabled"})

    def drop(self, key: str, body: bytes | str) -> Message:
        """Store a file and return the message that S3 sends for it."""
        stored = self.s3.put_object(Bucket="inbox", Key=f"{PREFIX}{key}", Body=body)
        entity: dict[str, Any] = {
            "key": quote_plus(f"{PREFIX}{key}", safe="/"),
            "eTag": stored["ETag"].strip('"'),
            "size": len(body if isinstance(body, bytes) else body.encode()),
        }
        if "VersionId" in stored:
            entity["versionId"] = stored["VersionId"]
        s3 = {"bucket": {"name": "inbox"}, "object": entity}
        return message({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": s3}]})

    def deliver(self, *messages: Message, remaining: int = 60_000) -> list[Message]:
        return deliver(self.handler, *messages, remaining=remaining)

    def load(self, key: str, body: bytes | str) -> None:
        """Drop a file and handle its message, which must succeed."""
        assert self.deliver(self.drop(key, body)) == []

    def result(self, key: str) -> dict[str, Any]:
        return self._document("results", f"{PREFIX}{key}.result.json")

    def counts(self, key: str) -> tuple[int, int]:
        result = self.result(key)
        assert result["rows"] == result["loaded"] + result["rejected"]
        return result["loaded"], result["rejected"]

    def rejects(self, key: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in objects("results")[f"{key}.rejects.jsonl"].splitlines()]

    def refusal(self, key: str) -> dict[str, Any]:
        return self._document("quarantine", f"{PREFIX}{key}.reason.json")

    def _document(self, bucket: str, key: str) -> dict[str, Any]:
        document: dict[str, Any] = json.load(self.s3.get_object(Bucket=bucket, Key=key)["Body"])
        return document
