"""Gap: pipes take from tables only, hand on to topics and workflows only, and know no filter."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from ministack.services import dynamodb, lambda_svc, pipes
from ministack.services.cloudformation import provisioners

from . import calls, deliveries, not_done
from .pipe_failures import batch_size, is_done, left_of, settings_of
from .pipe_logs import Execution
from .pipe_records import identity, of_queue, of_stream
from .pipe_targets import PartlyDoneError, hand_on
from .pipe_templates import decoded

Pipe = dict[str, Any]
Properties = dict[str, Any]

_TOLD = ("Enrichment", "EnrichmentParameters", "SourceParameters", "TargetParameters")
"""What a description of a pipe lacks."""
_iterators: dict[str, str | None] = {}
"""Where each Kinesis pipe is; nowhere at the end of a shard that was closed."""


def apply() -> None:
    """Keep what a template says about a pipe, and work on every source and target."""
    handler = provisioners._RESOURCE_HANDLERS["AWS::Pipes::Pipe"]
    create, update = handler["create"], handler["update"]

    def create_and_keep(logical_id: str, properties: Properties, stack: str) -> Any:
        result = create(logical_id, properties, stack)
        pipes._pipes[result[0]]["_properties"] = properties
        return result

    def update_and_keep(physical_id: str, old: Properties, new: Properties, stack: str, *more: Any) -> Any:
        result = update(physical_id, old, new, stack, *more)
        pipes._pipes[result[0]]["_properties"] = new
        return result

    def poll_any(_tables: Any, pipe: Pipe, account: str) -> None:
        service = pipes._arn_service(pipe.get("Source", ""))
        if pipe.get("CurrentState") != "RUNNING":
            return
        try:
            if service == "sqs":
                _poll_queue(pipe)
            elif service == "kinesis":
                _poll_stream(pipe)
            elif service == "dynamodb":
                _poll_table(pipe, account)
        except Exception as error:  # noqa: BLE001 - told, and no pipe keeps those after it from their work
            not_done.dropped(f"pipe {pipe['Name']}: {type(error).__name__}: {error}")

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
        url = calls.queue_url(queues, arn)
        asked = {"QueueUrl": url, "MaxNumberOfMessages": min(size, 10), "AttributeNames": ["All"]}
        found = queues.receive_message(**asked, MessageAttributeNames=["All"]).get("Messages", [])
        left = {identity(each) for each in _deliver(pipe, [of_queue(message, arn) for message in found])}
        for message in found:
            if message["MessageId"] not in left:
                queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    except (BotoCoreError, ClientError) as error:
        not_done.dropped(f"pipe {pipe['Name']}: {error}")


def _poll_stream(pipe: Pipe) -> None:
    try:
        streams = calls.client("kinesis", pipe["RoleArn"])
        name = pipe["Source"].rpartition("/")[2]
        pages = streams.get_paginator("describe_stream").paginate(StreamName=name)
        for shard in [each for page in pages for each in page["StreamDescription"]["Shards"]]:
            _poll_shard(pipe, streams, {"StreamName": name, "ShardId": shard["ShardId"]})
    except (BotoCoreError, ClientError) as error:
        not_done.dropped(f"pipe {pipe['Name']}: {error}")


def _poll_shard(pipe: Pipe, streams: Any, shard: dict[str, str]) -> None:
    place = f"{pipe['Arn']} {shard['ShardId']}"
    if place not in _iterators:
        _iterators[place] = streams.get_shard_iterator(**shard, **_start(pipe))["ShardIterator"]
    iterator = _iterators[place]
    if iterator is None:
        return
    answer = streams.get_records(ShardIterator=iterator, Limit=batch_size(pipe, place))
    records = [of_stream(record, pipe["Source"], shard["ShardId"]) for record in answer["Records"]]
    if not records or is_done(pipe, place, records, _deliver(pipe, left_of(place, records))):
        _iterators[place] = answer.get("NextShardIterator")
        return
    # An iterator lasts five minutes, and a batch may come again for longer.
    again = {
        "ShardIteratorType": "AT_SEQUENCE_NUMBER",
        "StartingSequenceNumber": records[0]["sequenceNumber"],
    }
    _iterators[place] = streams.get_shard_iterator(**shard, **again)["ShardIterator"]


def _start(pipe: Pipe) -> dict[str, Any]:
    """Return where a pipe begins to read."""
    settings = settings_of(pipe)
    start = settings.get("StartingPosition", "LATEST")
    when = {"Timestamp": settings["StartingPositionTimestamp"]} if start == "AT_TIMESTAMP" else {}
    return {"ShardIteratorType": start, **when}


def _poll_table(pipe: Pipe, account: str) -> None:
    """Take what a table's stream has next; MiniStack takes all of it at once, and again without an end."""
    source = pipes._dynamodb_stream_source(pipe["Source"])
    if source is None or source[0].account_id != account:
        return
    spec, table = source
    scope, arn = {"account_id": account, "region": spec.region}, pipe["Arn"]
    start = max(int(pipes._positions.get(arn, 0)), dynamodb.stream_start_position(table, **scope))
    records = dynamodb.stream_records_since(table, start, batch_size(pipe, arn), **scope)
    try:
        if records and is_done(pipe, arn, records, _deliver(pipe, left_of(arn, records))):
            pipes._positions[arn] = start + len(records)
    except (BotoCoreError, ClientError) as error:
        not_done.dropped(f"pipe {pipe['Name']}: {error}")


def _deliver(pipe: Pipe, records: list[Properties]) -> list[Properties]:
    """Filter, enrich, shape and hand on a batch; return what is left to do of it."""
    parameters = _source_parameters(pipe)
    wanted = [each for each in records if lambda_svc._apply_filter_criteria([decoded(each)], parameters)]
    if not wanted:
        return []
    execution = Execution(pipe, wanted)
    try:
        with execution.step("EXECUTION", "STARTED"):
            enriched = _enriched(pipe, wanted, execution)
            if not enriched:
                return []
            with execution.step("TARGET_STAGE"):
                hand_on(pipe, wanted, enriched)
    except PartlyDoneError as error:
        return error.left
    except (BotoCoreError, ClientError) as error:
        not_done.dropped(f"pipe {pipe['Name']} -> {pipe['Target']}: {error}")
        return wanted
    return []


def _enriched(pipe: Pipe, records: list[Properties], execution: Execution) -> list[Any]:
    enrichment = pipe.get("_properties", {}).get("Enrichment")
    if not enrichment:
        return list(records)
    if enrichment.split(":")[2] not in ("lambda", "states"):
        not_done.dropped(f"pipe {pipe['Name']}: enrichment by {enrichment} is not simulated")
        return list(records)
    with execution.step("ENRICHMENT_STAGE"):
        answer = deliveries.answer(enrichment, json.dumps(records), pipe["RoleArn"])
    if answer in ("", {}):
        return []  # as an empty list is: nothing for the target
    return answer if isinstance(answer, list) else [answer]
