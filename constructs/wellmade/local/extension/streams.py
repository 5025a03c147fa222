"""Gap: Kinesis and table-stream mappings retry a bad batch indefinitely, whatever the mapping says.

Ignored are bisecting, the retry limit, for Kinesis the age limit and the on-failure destination, and which
record a function reports as failed. Here each failed delivery is judged after its invocation: the poller gets
the same, a shorter or the next batch.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from ministack.services import cloudwatch, dynamodb, kinesis, lambda_svc

from .stream_failures import Batch, report_failure

Mapping = dict[str, Any]
Result = dict[str, Any]

_current = threading.local()
_sizes: dict[str, int] = {}
"""Batch size of a mapping while it bisects."""
_attempts: dict[tuple[str, str], int] = {}
"""Failed deliveries by mapping and first record."""


def apply() -> None:
    """Follow the poller from mapping to mapping, and judge what its invocations return."""
    lambda_svc._iter_all_esms = _followed(lambda_svc._iter_all_esms)
    execute = lambda_svc._execute_function_dispatch

    def execute_and_judge(
        function: dict[str, Any], config: dict[str, Any], event: Any, request_id: str, started: float
    ) -> Result:
        result: Result = execute(function, config, event, request_id, started)
        batch = _batch(event, config)
        return result if batch is None else _judge(batch, result)

    lambda_svc._execute_function_dispatch = execute_and_judge


def _followed(mappings: Callable[[], Iterator[Any]]) -> Callable[[], Iterator[Any]]:
    def follow() -> Iterator[Any]:
        for account, region, mapping in mappings():
            _current.mapping = mapping
            size = _sizes.get(mapping["UUID"])
            yield account, region, {**mapping, "BatchSize": size} if size else mapping
        _current.mapping = None

    return follow


def _batch(event: Any, config: dict[str, Any]) -> Batch | None:
    """Return the batch when this is the poller delivering records of a stream."""
    mapping = getattr(_current, "mapping", None)
    records = event.get("Records") if isinstance(event, dict) else None
    if not mapping or not records or records[0].get("eventSource") not in ("aws:kinesis", "aws:dynamodb"):
        return None
    return Batch(mapping, config, records)


def _judge(batch: Batch, result: Result) -> Result:
    """Return success when the poller shall go on after this batch, failure when it shall come again."""
    _record_age(batch)
    identity = batch.mapping["UUID"]
    failed = _first_failed(batch, result)
    if failed is None:
        _sizes.pop(identity, None)
        return result
    if failed:
        _move_to(batch, failed)
    rest = Batch(batch.mapping, batch.config, batch.records[failed:])
    if condition := _given_up(rest):
        _sizes.pop(identity, None)
        report_failure(rest, condition, _attempts.pop((identity, rest.first), 1))
        return {"body": None, "log": result.get("log", "")}
    return {**result, "error": True}


def _first_failed(batch: Batch, result: Result) -> int | None:
    """Return the position of the first record to deliver again; None when all were processed."""
    if result.get("error"):
        return 0
    body = result.get("body")
    if "ReportBatchItemFailures" not in batch.mapping.get("FunctionResponseTypes", []) or not isinstance(
        body, dict
    ):
        return None
    reported = [failure.get("itemIdentifier") for failure in body.get("batchItemFailures") or []]
    if not set(reported) <= set(batch.numbers):
        return 0  # an answer that names no record of the batch is a failure of the whole
    return next((at for at, number in enumerate(batch.numbers) if number in reported), None)


def _given_up(rest: Batch) -> str | None:
    """Count the failure, halve the batch if the mapping says so, and return why there is no next try."""
    mapping, key = rest.mapping, (rest.mapping["UUID"], rest.first)
    most_age = int(mapping.get("MaximumRecordAgeInSeconds") or -1)
    if most_age > 0 and time.time() - min(rest.arrivals) > most_age:
        return "RecordAgeExceeded"
    if mapping.get("BisectBatchOnFunctionError") and len(rest.records) > 1:
        _sizes[mapping["UUID"]] = len(rest.records) // 2  # does not count as a retry
        return None
    _attempts[key] = _attempts.get(key, 0) + 1
    limit = mapping.get("MaximumRetryAttempts")
    exhausted = limit is not None and int(limit) >= 0 and _attempts[key] > int(limit)
    return "RetryAttemptsExhausted" if exhausted else None


def _move_to(batch: Batch, position: int) -> None:
    """Continue at this record: what came before it was processed."""
    mapping, number = batch.mapping, batch.numbers[position]
    if batch.is_kinesis:
        _, _, _, region, account, resource = mapping["EventSourceArn"].split(":", 5)
        shard = batch.records[0]["eventID"].partition(":")[0]
        stream = kinesis._streams.get_scoped(account, region, resource.partition("/")[2])
        numbers = [record["SequenceNumber"] for record in stream["shards"][shard]["records"]]
        lambda_svc._kinesis_positions[mapping["UUID"]][shard] = numbers.index(number)
        return
    table = mapping["EventSourceArn"].split("/")[1]
    with lambda_svc._dynamodb_stream_positions_lock:
        start = lambda_svc._dynamodb_stream_positions[mapping["UUID"]]
        following = dynamodb.stream_records_since(table, start, int(mapping.get("BatchSize", 100)))
        numbers = [str(record["dynamodb"]["SequenceNumber"]) for record in following]
        lambda_svc._dynamodb_stream_positions[mapping["UUID"]] = start + numbers.index(number)


def _record_age(batch: Batch) -> None:
    age = max(0.0, time.time() - batch.arrivals[-1]) * 1000
    dimensions = {"FunctionName": batch.config.get("FunctionName", "")}
    cloudwatch.record_metric("AWS/Lambda", "IteratorAge", age, "Milliseconds", dimensions)
