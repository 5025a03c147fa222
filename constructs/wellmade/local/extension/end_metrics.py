"""Gap: nobody counts how executions end, or failures of functions that reach no queue and no topic.

Counted under the names and dimensions of AWS, so that alarms on them fire. A failure is lost where the place
that it should go to is gone; that a role may not send there is not looked at.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from typing import Any

from ministack.services import cloudwatch, lambda_svc, stepfunctions

from .stream_failures import count_lost, is_gone

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
        if is_gone(target):
            config = (lambda_svc._functions.get(function) or {}).get("config", {})
            is_dead_letter = (config.get("DeadLetterConfig") or {}).get("TargetArn") == target
            count_lost(function, "DeadLetterErrors" if is_dead_letter else "DestinationDeliveryFailures")
        route(target, function, event, result)

    lambda_svc._route_async_failure = route_and_count
