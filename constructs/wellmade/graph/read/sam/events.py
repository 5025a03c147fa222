"""The resources that SAM defines for events of functions and state machines."""

from collections.abc import Iterator
from typing import Any

Derived = Iterator[tuple[str, dict[str, Any]]]
_POLLED = {
    "SQS": "Queue",
    "Kinesis": "Stream",
    "DynamoDB": "Stream",
    "MSK": "Stream",
    "MQ": "Broker",
    "DocumentDB": "Cluster",
    "SelfManagedKafka": "KafkaBootstrapServers",
}
_PATTERNS = {"EventBridgeRule", "CloudWatchEvent"}


def derived_of(owner: str, is_function: bool, name: str, event: dict[str, Any]) -> Derived:  # noqa: FBT001 -- one caller
    """Yield what one event defines; notifications of buckets and routes of APIs are edges only."""
    kind, given = str(event.get("Type")), event.get("Properties")
    properties: dict[str, Any] = given if isinstance(given, dict) else {}
    arn = {"Fn::GetAtt": [owner, "Arn"]} if is_function else {"Ref": owner}
    if kind in _POLLED:
        yield f"{owner}{name}", _mapping(owner, _POLLED[kind], properties)
    elif kind == "SNS":
        yield f"{owner}{name}", _subscription(arn, properties)
    elif kind == "Schedule" or kind in _PATTERNS:
        yield f"{owner}{name}", _rule(arn, name, properties)
    elif kind == "ScheduleV2":
        yield f"{owner}{name}", _schedule(arn, properties)
    elif kind == "CloudWatchLogs":
        logs = {key: properties[key] for key in ("LogGroupName", "FilterPattern") if key in properties}
        yield (
            f"{owner}{name}",
            {"Type": "AWS::Logs::SubscriptionFilter", "Properties": {**logs, "DestinationArn": arn}},
        )


def _mapping(owner: str, source: str, properties: dict[str, Any]) -> dict[str, Any]:
    same = {key: value for key, value in properties.items() if key != source}
    named = {"EventSourceArn": properties.get(source), "FunctionName": {"Ref": owner}}
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {**same, **named}}


def _subscription(arn: Any, properties: dict[str, Any]) -> dict[str, Any]:
    same = ("FilterPolicy", "FilterPolicyScope", "RedrivePolicy", "Region")
    kept = {key: properties[key] for key in same if key in properties}
    named = {"TopicArn": properties.get("Topic"), "Protocol": "lambda", "Endpoint": arn}
    return {"Type": "AWS::SNS::Subscription", "Properties": {**kept, **named}}


def _rule(arn: Any, name: str, properties: dict[str, Any]) -> dict[str, Any]:
    renamed = {"Pattern": "EventPattern", "Schedule": "ScheduleExpression", "EventBusName": "EventBusName"}
    rule = {new: properties[old] for old, new in renamed.items() if old in properties}
    target = {"Id": f"{name}Target", "Arn": arn, **_delivery(properties)}
    return {
        "Type": "AWS::Events::Rule",
        "Properties": {**rule, "State": _state(properties), "Targets": [target]},
    }


def _schedule(arn: Any, properties: dict[str, Any]) -> dict[str, Any]:
    kept = {
        key: value
        for key, value in properties.items()
        if key not in ("DeadLetterConfig", "RetryPolicy", "Input")
    }
    target = {"Arn": arn, "RoleArn": properties.get("RoleArn"), **_delivery(properties)}
    return {"Type": "AWS::Scheduler::Schedule", "Properties": {**kept, "Target": target}}


def _delivery(properties: dict[str, Any]) -> dict[str, Any]:
    """Keep the delivery options; a dead-letter queue that SAM is to define has an unknown ARN."""
    kept: dict[str, Any] = {
        key: properties[key] for key in ("RetryPolicy", "Input", "InputPath") if key in properties
    }
    dead = properties.get("DeadLetterConfig")
    if isinstance(dead, dict):
        kept["DeadLetterConfig"] = {"Arn": dead.get("Arn", {"Fn::SamQueue": dead.get("QueueLogicalId")})}
    return kept


def _state(properties: dict[str, Any]) -> Any:
    if "Enabled" in properties:
        return "DISABLED" if str(properties["Enabled"]).lower() == "false" else "ENABLED"
    return properties.get("State", "ENABLED")
