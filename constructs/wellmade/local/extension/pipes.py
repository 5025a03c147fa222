"""Gap: pipes take from tables only, hand on to topics and workflows only, and know no filter."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import base64
import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from ministack.services import lambda_svc, pipes
from ministack.services.cloudformation import provisioners

from . import calls, deliveries, not_done
from .pipe_templates import decoded, settled, shaped, text_of

Pipe = dict[str, Any]
Properties = dict[str, Any]

_TOLD = ("Enrichment", "EnrichmentParameters", "SourceParameters", "TargetParameters")
"""What a description of a pipe lacks."""
_iterators: dict[str, str] = {}
"""Where each Kinesis pipe is."""


def apply() -> None:
    """Keep what a template says about a pipe, and work on every source and target."""
    handler = provisioners._RESOURCE_HANDLERS["AWS::Pipes::Pipe"]
    create, update, poll = handler["create"], handler["update"], pipes._poll_pipe

    def create_and_keep(logical_id: str, properties: Properties, stack: str) -> Any:
        result = create(logical_id, properties, stack)
        pipes._pipes[result[0]]["_properties"] = properties
        return result

    def update_and_keep(physical_id: str, old: Properties, new: Properties, stack: str, *more: Any) -> Any:
        result = update(physical_id, old, new, stack, *more)
        pipes._pipes[result[0]]["_properties"] = new
        return result

    def poll_any(dynamodb: Any, pipe: Pipe, account: str) -> None:
        service = pipes._arn_service(pipe.get("Source", ""))
        if pipe.get("CurrentState") != "RUNNING":
            return
        if service == "sqs":
            _poll_queue(pipe)
        elif service == "kinesis":
            _poll_stream(pipe)
        else:
            poll(dynamodb, pipe, account)

    describe = pipes._describe_response

    def describe_whole(pipe: Pipe) -> Properties:
        given = pipe.get("_properties", {})
        return {**describe(pipe), **{name: given[name] for name in _TOLD if name in given}}

    handler |= {"create": create_and_keep, "update": update_and_keep}
    pipes._describe_response = describe_whole
    pipes._poll_pipe = poll_any
    pipes._deliver_batch = _deliver


def _source_parameters(pipe: Pipe) -> Properties:
    return pipe.get("_properties", {}).get("SourceParameters") or {}


def _poll_queue(pipe: Pipe) -> None:
    """Take messages, hand them on, and delete what arrived; what did not becomes visible again."""
    arn = pipe["Source"]
    size = int((_source_parameters(pipe).get("SqsQueueParameters") or {}).get("BatchSize", 10))
    try:
        queues = calls.client("sqs", pipe["RoleArn"])
        url = queues.meta.endpoint_url + "/" + "/".join(arn.split(":")[4:])
        asked = {"QueueUrl": url, "MaxNumberOfMessages": min(size, 10), "AttributeNames": ["All"]}
        found = queues.receive_message(**asked, MessageAttributeNames=["All"]).get("Messages", [])
        if found and _deliver(pipe, [_of_queue(message, arn) for message in found]):
            for message in found:
                queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    except (BotoCoreError, ClientError) as error:
        not_done.dropped(f"pipe {pipe['Name']}: {error}")


def _of_queue(message: Properties, arn: str) -> Properties:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": message.get("MessageAttributes", {}),
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": arn.split(":")[3],
    }


def _poll_stream(pipe: Pipe) -> None:
    arn = pipe["Source"]
    settings = _source_parameters(pipe).get("KinesisStreamParameters") or {}
    try:
        streams = calls.client("kinesis", pipe["RoleArn"])
        name = arn.rpartition("/")[2]
        pages = streams.get_paginator("describe_stream").paginate(StreamName=name)
        for shard in [each for page in pages for each in page["StreamDescription"]["Shards"]]:
            place = f"{pipe['Arn']} {shard['ShardId']}"
            if place not in _iterators:
                start = settings.get("StartingPosition", "LATEST")
                asked = {"StreamName": name, "ShardId": shard["ShardId"], "ShardIteratorType": start}
                _iterators[place] = streams.get_shard_iterator(**asked)["ShardIterator"]
            answer = streams.get_records(
                ShardIterator=_iterators[place], Limit=settings.get("BatchSize", 100)
            )
            records = [_of_stream(record, arn, shard["ShardId"]) for record in answer["Records"]]
            if not records or _deliver(pipe, records):
                _iterators[place] = answer["NextShardIterator"]
    except (BotoCoreError, ClientError) as error:
        not_done.dropped(f"pipe {pipe['Name']}: {error}")


def _of_stream(record: Properties, arn: str, shard: str) -> Properties:
    return {
        "eventSource": "aws:kinesis",
        "eventID": f"{shard}:{record['SequenceNumber']}",
        "eventSourceARN": arn,
        "awsRegion": arn.split(":")[3],
        "kinesisSchemaVersion": "1.0",
        "partitionKey": record["PartitionKey"],
        "sequenceNumber": record["SequenceNumber"],
        "data": base64.b64encode(record["Data"]).decode(),
        "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"].timestamp(),
    }


def _deliver(pipe: Pipe, records: list[Properties]) -> bool:
    """Filter, enrich, shape and hand on a batch; True when nothing of it is left to do."""
    properties = pipe.get("_properties", {})
    parameters = _source_parameters(pipe)
    wanted = [each for each in records if lambda_svc._apply_filter_criteria([decoded(each)], parameters)]
    if not wanted:
        return True
    try:
        enriched = _enriched(pipe, wanted)
        settings = dict(properties.get("TargetParameters") or {})
        template = settings.pop("InputTemplate", None)
        parts = [part for part in settings.values() if isinstance(part, dict)]
        parameters = _defaults(pipe)
        for part in parts:
            parameters |= part
        target, role, name = pipe["Target"], pipe["RoleArn"], f"pipe {pipe['Name']}"
        made = [shaped(template, record, pipe) for record in enriched]
        if target.split(":")[2] in ("lambda", "states"):
            return deliveries.deliver(target, json.dumps(made), role, parameters, name)
        return all(
            deliveries.deliver(target, text_of(each), role, settled(parameters, record), name)
            for each, record in zip(made, enriched, strict=True)
        )
    except (BotoCoreError, ClientError) as error:
        not_done.dropped(f"pipe {pipe['Name']} -> {pipe['Target']}: {error}")
        return False


def _defaults(pipe: Pipe) -> dict[str, Any]:
    """Return what a pipe says where its parameters say nothing; rules, having none, do not wait."""
    return {
        "InvocationType": "REQUEST_RESPONSE",
        "Source": f"Pipe {pipe['Name']}",
        "DetailType": f"Event from aws:{pipe['Source'].split(':')[2]}",
    }


def _enriched(pipe: Pipe, records: list[Properties]) -> list[Any]:
    enrichment = pipe.get("_properties", {}).get("Enrichment")
    if not enrichment:
        return list(records)
    payload, role = json.dumps(records), pipe["RoleArn"]
    match enrichment.split(":")[2]:
        case "lambda":
            invoked = calls.client("lambda", role).invoke(FunctionName=enrichment, Payload=payload.encode())
            answer = json.load(invoked["Payload"])
        case "states":
            answer = json.loads(deliveries.run(enrichment, payload, role)["output"])
        case _:
            not_done.dropped(f"pipe {pipe['Name']}: enrichment by {enrichment} is not simulated")
            return list(records)
    return answer if isinstance(answer, list) else [answer]
