"""Calls of Amazon SQS, SNS, EventBridge and its Scheduler, and Kinesis.

Sources: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html and
https://docs.aws.amazon.com/scheduler/latest/UserGuide/security_iam_service-with-iam.html
"""

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

from wellmade.prove.calls import regular
from wellmade.prove.calls.call import OTHERWISE, UNTOLD, AccountContext, Call, Need, Rule
from wellmade.prove.calls.passing import passed_roles
from wellmade.prove.policy import Value

_IN_PATTERNS = {"source": "events:source", "detail-type": "events:detail-type"}
"""Field of a pattern of events to its condition key."""


def _on_queue(call: Call, account: AccountContext) -> Iterator[Need]:
    """A batch needs what one message needs."""
    if not call.text("QueueUrl", "QueueName"):
        yield from regular.needs(call, account)
        return
    yield Need(f"sqs:{call.operation.removesuffix('Batch')}", _queue(call, account))


def _queue(call: Call, account: AccountContext) -> str:
    if url := call.text("QueueUrl"):
        *_, owner, name = ["", *urlsplit(url).path.split("/")]
        return account.arn(call, "sqs", name, owner=owner)
    owner = call.text("QueueOwnerAWSAccountId")
    return account.arn(call, "sqs", call.text("QueueName"), owner=owner)


def _move_messages(call: Call, _: AccountContext) -> Iterator[Need]:
    for action in ("StartMessageMoveTask", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"):
        yield Need(f"sqs:{action}", call.text("SourceArn"))
    if target := call.text("DestinationArn"):
        yield Need("sqs:SendMessage", target)


def _publish(call: Call, _: AccountContext) -> Iterator[Need]:
    """A text message to a telephone has no topic."""
    yield Need("sns:Publish", call.text("TopicArn", "TargetArn") or "*")


def _subscribe(call: Call, _: AccountContext) -> Iterator[Need]:
    keys = {"sns:Endpoint": call.text("Endpoint"), "sns:Protocol": call.text("Protocol")}
    yield Need("sns:Subscribe", call.text("TopicArn"), {name: value for name, value in keys.items() if value})


def _put_events(call: Call, account: AccountContext) -> Iterator[Need]:
    for entry in call.parameters["Entries"]:
        keys = {"events:source": entry.get("Source"), "events:detail-type": entry.get("DetailType")}
        context = {name: value for name, value in keys.items() if value}
        yield Need("events:PutEvents", _bus(call, account, entry.get("EventBusName") or "default"), context)


def _bus(call: Call, account: AccountContext, name: str) -> str:
    return name if name.startswith("arn:") else account.arn(call, "events", f"event-bus/{name}")


def _on_rule(call: Call, account: AccountContext) -> Iterator[Need]:
    """The default bus is left out of the ARNs of its rules."""
    name = call.text("Name", "Rule")
    bus = call.text("EventBusName").rpartition("/")[2]
    path = name if bus in ("", "default") else f"{bus}/{name}"
    context = _of_pattern(call.text("EventPattern")) if call.operation == "PutRule" else {}
    yield Need(f"events:{call.operation}", account.arn(call, "events", f"rule/{path}"), context)
    yield from passed_roles(call, account, "events")


def _of_pattern(pattern: str) -> dict[str, Value]:
    """Return the sources and the kinds of events that a pattern names; of other matches nothing is known."""
    try:
        given = json.loads(pattern or "{}")
        named = {key: given[field] for field, key in _IN_PATTERNS.items() if field in given}
    except (ValueError, TypeError):
        return {key: [UNTOLD] for key in _IN_PATTERNS.values()}
    return {
        key: values if all(isinstance(each, str) for each in values) else [UNTOLD]
        for key, values in named.items()
    }


def _on_schedule(call: Call, account: AccountContext) -> Iterator[Need]:
    path = f"schedule/{call.text('GroupName') or 'default'}/{call.text('Name')}"
    yield Need(f"scheduler:{call.operation}", account.arn(call, "scheduler", path))
    yield from passed_roles(call, account, "scheduler")


def _records(call: Call, _: AccountContext) -> Iterator[Need]:
    if not (stream := call.text("StreamARN")):
        raise call.unmapped("a shard iterator does not tell its stream; pass StreamARN as well")
    yield Need("kinesis:GetRecords", stream)


SQS: dict[str, Rule] = {"StartMessageMoveTask": _move_messages, OTHERWISE: _on_queue}
SNS: dict[str, Rule] = {"Publish": _publish, "PublishBatch": _publish, "Subscribe": _subscribe}
EVENTS: dict[str, Rule] = {
    "PutEvents": _put_events,
    **dict.fromkeys(("DeleteRule", "DescribeRule", "DisableRule", "EnableRule"), _on_rule),
    **dict.fromkeys(("ListTargetsByRule", "PutRule", "PutTargets", "RemoveTargets"), _on_rule),
}
SCHEDULER: dict[str, Rule] = dict.fromkeys(
    ("CreateSchedule", "DeleteSchedule", "GetSchedule", "UpdateSchedule"), _on_schedule
)
KINESIS: dict[str, Rule] = {"GetRecords": _records}
