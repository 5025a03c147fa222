"""Gap: topics, rules, schedules and log groups run a function once, and tell no destination how it ended.

On AWS they invoke it asynchronously: with retries, a dead-letter queue and destinations.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import base64
import gzip
import json
import threading
from typing import Any

from ministack.core.responses import get_account_id, new_uuid
from ministack.services import cloudwatch_logs, eventbridge, lambda_svc, sns


class _Threads:
    """The module `threading`, whose threads invoke functions asynchronously instead of running them."""

    def __getattr__(self, name: str) -> Any:
        return getattr(threading, name)

    def Thread(self, *, target: Any = None, **options: Any) -> threading.Thread:  # noqa: N802 - its name there
        """Return a thread; the event is the function's own by then."""
        if target is lambda_svc._execute_function_with_config_scope:
            target = lambda_svc.invoke_async_with_retry
        return threading.Thread(target=target, **options)


class _Functions:
    """The service of functions, which topics ask to run one."""

    def __getattr__(self, name: str) -> Any:
        if name == "_execute_function_with_config_scope":
            return lambda_svc.invoke_async_with_retry
        return getattr(lambda_svc, name)


def apply() -> None:
    """Let them invoke as they do on AWS."""
    eventbridge.threading = _Threads()
    sns._lambda_svc = _Functions()
    cloudwatch_logs._fanout_to_subscription_filters = _forward


def _forward(group: str, stream: str, events: list[dict[str, Any]]) -> None:
    """Invoke the functions that want lines of a log group; other destinations are named as dropped."""
    known = cloudwatch_logs._log_groups.get(group) or {}
    for wish in (known.get("subscriptionFilters") or {}).values():
        function, config, name = lambda_svc._get_func_record_for_ref(wish.get("destinationArn", ""))
        lines = [event for event in events if _is_wanted(wish, event)]
        if not lines or not config or group == f"/aws/lambda/{name}":  # its own lines would call it for ever
            continue
        record = lambda_svc._execution_record_for_config(function, config)
        lambda_svc.invoke_async_with_retry(record, _packed(group, stream, wish, lines))


def _is_wanted(wish: dict[str, Any], event: dict[str, Any]) -> bool:
    pattern = wish.get("filterPattern", "")
    return bool(cloudwatch_logs._subscription_pattern_matches(pattern, event.get("message", "")))


def _packed(
    group: str, stream: str, wish: dict[str, Any], lines: list[dict[str, Any]]
) -> dict[str, dict[str, str]]:
    """Return lines as CloudWatch Logs sends them."""
    kept = [
        {
            "id": new_uuid().replace("-", ""),
            "timestamp": each.get("timestamp"),
            "message": each.get("message", ""),
        }
        for each in lines
    ]
    data = {
        "messageType": "DATA_MESSAGE",
        "owner": get_account_id(),
        "logGroup": group,
        "logStream": stream,
        "subscriptionFilters": [wish.get("filterName", "")],
        "logEvents": kept,
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(data).encode())).decode()}}
