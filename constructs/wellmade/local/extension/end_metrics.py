"""Gap: nobody counts how executions end, or failures of functions that reach no queue and no topic.

Counted under the names and dimensions of AWS, so that alarms on them fire. A failure is lost where the place
that it should go to is gone; that a role may not send there is not looked at.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from typing import Any

from ministack.services import cloudwatch, lambda_svc, sns, sqs, stepfunctions

from . import streams
from .stream_failures import Batch

_STATES = {
    "RUNNING": "ExecutionsStarted",
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}


def apply() -> None:
    """Count executions where their status changes, and lost failures where they would be sent."""
    _count_executions()
    _count_lost_events()
    _count_lost_records()


def _count_executions() -> None:
    tell = stepfunctions._emit_execution_status_event

    def tell_and_count(execution: dict[str, Any]) -> None:
        tell(execution)
        metric = _STATES.get(execution["status"])
        if metric:
            dimensions = {"StateMachineArn": execution["stateMachineArn"]}
            cloudwatch.record_metric("AWS/States", metric, 1, "Count", dimensions)

    stepfunctions._emit_execution_status_event = tell_and_count


def _count_lost_events() -> None:
    route = lambda_svc._route_async_failure

    def route_and_count(target: str, function: str, event: Any, result: dict[str, Any]) -> None:
        if _is_gone(target):
            config = (lambda_svc._functions.get(function) or {}).get("config", {})
            is_dead_letter = (config.get("DeadLetterConfig") or {}).get("TargetArn") == target
            _count(function, "DeadLetterErrors" if is_dead_letter else "DestinationDeliveryFailures")
        route(target, function, event, result)

    lambda_svc._route_async_failure = route_and_count


def _count_lost_records() -> None:
    report = streams.report_failure

    def report_and_count(batch: Batch, condition: str, attempts: int) -> None:
        report(batch, condition, attempts)
        failure = (batch.mapping.get("DestinationConfig") or {}).get("OnFailure") or {}
        if _is_gone(failure.get("Destination", "")):
            _count(batch.config.get("FunctionName", ""), "DestinationDeliveryFailures")

    streams.report_failure = report_and_count


def _is_gone(target: str) -> bool:
    if ":sqs:" in target:
        return sqs._queue_by_arn(target) is None
    return ":sns:" in target and target not in sns._topics


def _count(function: str, metric: str) -> None:
    cloudwatch.record_metric("AWS/Lambda", metric, 1, "Count", {"FunctionName": function})
