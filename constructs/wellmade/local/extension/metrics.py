"""Gap: queues publish no metrics, and functions only for direct invocations; so no alarm on them can fire.

A pump publishes once a second, under the names, units and dimensions of AWS, and evaluates the alarms. Depth
and age have one datapoint a minute, as on AWS: the highest value seen in that minute.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import _request_account_id, _request_region
from ministack.services import cloudwatch, lambda_svc, sqs

from .apis.balancer_metrics import publish_hosts

Queue = dict[str, Any]
_log = logging.getLogger("wellmade.metrics")
_seen: dict[str, set[str]] = {}
"""Ids of the messages that were counted as sent, by queue."""
_counting = threading.Lock()


def apply() -> None:
    """Count where things happen, and start the pump."""
    _count_invocations()
    _count_messages()
    threading.Thread(target=_pump, daemon=True, name="wellmade-metrics").start()


def _pump() -> None:
    while True:
        time.sleep(1)
        try:
            publish()
        except RuntimeError:  # a table changed while it was read; the next second reads it again
            _log.debug("metrics were skipped once", exc_info=True)


def publish() -> None:
    """Publish depth and age of every queue, then evaluate every alarm, in every account and region."""
    scopes = {key[:2] for store in (sqs._queues, cloudwatch._alarms) for key in list(store._data)}
    for account, region in scopes:
        _request_account_id.set(account)
        _request_region.set(region)
        for queue in list(sqs._queues.values()):
            _publish_queue(queue)
        publish_hosts()
        cloudwatch._evaluate_all_alarms()


def _publish_queue(queue: Queue) -> None:
    now = time.time()
    count_sent(queue)
    messages = list(queue["messages"])
    waiting = [message for message in messages if message["visible_at"] <= now]
    hidden = [message for message in messages if message["visible_at"] > now]
    delayed = [message for message in hidden if not message["receive_count"]]
    age = now - min((message["sent_at"] for message in messages), default=now)
    gauges = {
        "ApproximateNumberOfMessagesVisible": ("Count", len(waiting)),
        "ApproximateNumberOfMessagesDelayed": ("Count", len(delayed)),
        "ApproximateNumberOfMessagesNotVisible": ("Count", len(hidden) - len(delayed)),
        "ApproximateAgeOfOldestMessage": ("Seconds", int(age)),
    }
    for name, (unit, value) in gauges.items():
        _gauge(name, unit, value, _name(queue))


def _gauge(metric: str, unit: str, value: float, queue_name: str) -> None:
    """Keep one datapoint a minute, the highest."""
    dimensions = {"QueueName": queue_name}
    bucket = cloudwatch._metric_bucket(("AWS/SQS", metric, cloudwatch._dims_key(dimensions)))
    minute = time.time() // 60 * 60
    if bucket and bucket[-1]["Timestamp"] == minute:
        bucket[-1]["Value"] = max(bucket[-1]["Value"], float(value))
    else:
        point = {"Timestamp": minute, "Value": float(value), "Unit": unit, "Dimensions": dimensions}
        bucket.append(point)


def count_sent(queue: Queue) -> None:
    """Count messages not seen before; one that the redrive policy moved here was not sent here, as on AWS."""
    with _counting:
        known = _seen.get(queue["attributes"]["QueueArn"], set())
        present = {message["id"]: message for message in list(queue["messages"])}
        new = [present[key] for key in present.keys() - known]
        _seen[queue["attributes"]["QueueArn"]] = set(present)
    sent = sum("DeadLetterQueueSourceArn" not in message.get("sys", {}) for message in new)
    _count_queue(queue, "NumberOfMessagesSent", sent)


def _count_messages() -> None:
    """Count at receiving, which sees every message before it can be deleted."""
    collect: Callable[..., list[Any]] = sqs._collect_msgs

    def collect_and_count(queue: Queue, *arguments: Any) -> list[Any]:
        count_sent(queue)
        messages = collect(queue, *arguments)
        _count_queue(queue, "NumberOfMessagesReceived", len(messages))
        return messages

    sqs._collect_msgs = collect_and_count


def _count_queue(queue: Queue, metric: str, count: int) -> None:
    if count:
        cloudwatch.record_metric("AWS/SQS", metric, count, "Count", {"QueueName": _name(queue)})


def _name(queue: Queue) -> str:
    return str(queue["attributes"]["QueueArn"]).rpartition(":")[2]


def _count_invocations() -> None:
    """Count at execution, where every way of invoking comes through, instead of at the Invoke call only."""
    lambda_svc._emit_lambda_metrics = lambda *_arguments, **_options: None
    acquire, execute = lambda_svc._acquire_execution_slot, lambda_svc._execute_function_dispatch

    def acquire_and_count(function: dict[str, Any], config: dict[str, Any]) -> Any:
        slot, limit = acquire(function, config)
        if slot is None:
            _count_function(config, "Throttles", 1)
        else:
            running = lambda_svc.executions_in_flight()[1].get(slot, 1)
            _count_function(config, "ConcurrentExecutions", running)
        return slot, limit

    def execute_and_count(
        function: dict[str, Any], config: dict[str, Any], event: Any, request_id: str, started: float
    ) -> Any:
        result = execute(function, config, event, request_id, started)
        _count_function(config, "Invocations", 1)
        _count_function(config, "Errors", int(bool(result.get("error"))))
        _count_function(config, "Throttles", 0)
        _count_function(config, "Duration", (time.time() - started) * 1000, "Milliseconds")
        return result

    lambda_svc._acquire_execution_slot = acquire_and_count
    lambda_svc._execute_function_dispatch = execute_and_count


def _count_function(config: dict[str, Any], metric: str, value: float, unit: str = "Count") -> None:
    dimensions = {"FunctionName": config.get("FunctionName", "")}
    cloudwatch.record_metric("AWS/Lambda", metric, value, unit, dimensions)
