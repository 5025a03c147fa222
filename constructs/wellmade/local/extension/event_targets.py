"""Gap: rules deliver to functions, queues, topics and workflows, and drop what goes to streams and logs."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from ministack.core.concurrency import spawn_background
from ministack.services import eventbridge

from . import deliveries, not_done

_MISSING = ("kinesis", "firehose", "logs")


def apply() -> None:
    """Deliver to what MiniStack does not, in the form that the target asks for."""
    invoke = eventbridge._invoke_target

    def invoke_any(
        target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any], view: Any = None
    ) -> None:
        arn = str(target.get("Arn", ""))
        if arn.split(":")[2:3] not in ([each] for each in _MISSING):
            invoke(target, event, rule, view)
            return
        payload = _payload(target, event, rule, view or eventbridge._pattern_event_view(event))
        key = (target.get("KinesisParameters") or {}).get("PartitionKeyPath")
        parameters = {"PartitionKey": _at(json.loads(payload), key)} if key else {}
        role, source = str(target.get("RoleArn") or ""), f"rule {rule.get('Name')}"
        # Whoever puts events holds the thread that serves calls, and this makes one.
        spawn_background(_deliver, arn, payload, role, parameters, source)

    eventbridge._invoke_target = invoke_any


def _deliver(arn: str, payload: str, role: str, parameters: dict[str, Any], source: str) -> None:
    try:
        deliveries.deliver(arn, payload, role, parameters, source)
    except (BotoCoreError, ClientError) as error:
        not_done.dropped(f"{source} -> {arn}: {error}")


def _payload(target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any], view: Any) -> str:
    del event
    if target.get("InputTransformer"):
        return str(eventbridge._apply_input_transformer(target["InputTransformer"], rule, view))
    if target.get("Input"):
        return str(target["Input"])
    whole = view.event_with_detail()
    path = target.get("InputPath")
    return json.dumps(_at(whole, path) if path else whole)


def _at(document: Any, path: str) -> Any:
    """Follow a path such as `$.detail.id`; the whole document where it leads nowhere, as AWS does."""
    found = document
    for part in path.removeprefix("$").strip(".").split("."):
        if part and not (isinstance(found, dict) and part in found):
            return document
        found = found[part] if part else found
    return found
