"""Gap: a template may connect what does not exist, and its stack says success.

A subscription to a missing topic, a mapping from a missing queue, stream or to a missing function, a rule on
a missing bus, a permission for a missing function: AWS refuses each. So it does a bucket's notification of a
missing function. Endpoints of subscriptions and targets of rules may be missing, there as well.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import get_account_id
from ministack.services import dynamodb, eventbridge, kinesis, s3, sns, sqs
from ministack.services.cloudformation import provisioners

Properties = Mapping[str, Any]


def apply() -> None:
    """Look for what a resource connects before it is created or updated."""
    for kind, demand in _DEMANDS.items():
        _guard(provisioners._RESOURCE_HANDLERS[kind], demand)
    validate = s3._validate_notification_configs

    def validate_functions(configs: list[dict[str, Any]], *more: Any, **options: Any) -> Any:
        missing = [
            each["arn"] for each in configs if each["type"] == "lambda" and not _has_function(each["arn"])
        ]
        if missing:
            return s3._invalid_notification_config(
                f"Unable to validate the following destination configurations: {', '.join(missing)}"
            )
        return validate(configs, *more, **options)

    s3._validate_notification_configs = validate_functions


def _guard(handler: dict[str, Any], demand: Callable[[Properties], None]) -> None:
    create, update = handler["create"], handler["update"]

    def create_connected(logical_id: str, properties: Properties, stack: str) -> Any:
        demand(properties)
        return create(logical_id, properties, stack)

    def update_connected(identity: str, old: Properties, new: Properties, *more: Any, **options: Any) -> Any:
        demand(new)
        return update(identity, old, new, *more, **options)

    handler |= {"create": create_connected, "update": update_connected}


def _demand_topic(properties: Properties) -> None:
    arn = str(properties.get("TopicArn", ""))
    if _is_own(arn) and sns._topic_by_arn_any_scope(arn) is None:
        raise ValueError(f"Topic does not exist: {arn}")


def _demand_ends(properties: Properties) -> None:
    """Demand both ends of a mapping; sources of other services have no ARN of these."""
    _demand_function(properties)
    arn = str(properties.get("EventSourceArn") or "")
    service, name = (*arn.split(":"), "", "", "")[2], arn.partition("/")[2].partition("/")[0]
    there: dict[str, Callable[[], Any]] = {
        "sqs": lambda: sqs._queue_by_arn(arn),
        "kinesis": lambda: kinesis._streams.get(name),
        "dynamodb": lambda: dynamodb._tables.get(name),
    }
    if _is_own(arn) and service in there and there[service]() is None:
        noun = "queue" if service == "sqs" else "stream"
        raise ValueError(f"The specified {noun} does not exist: {arn}")


def _demand_function(properties: Properties) -> None:
    name = str(properties.get("FunctionName", ""))
    if not _has_function(name):
        raise ValueError(f"Function not found: {name}")


def _has_function(name: str) -> bool:
    return not _is_own(name) or provisioners._lambda_function_for_cfn_ref(name)[0] is not None


def _demand_bus(properties: Properties) -> None:
    eventbridge._ensure_default_bus()
    bus = provisioners._eb_rule_bus_name(properties)
    if bus not in eventbridge._event_buses:
        raise ValueError(f"Event bus {bus} does not exist.")


def _is_own(reference: str) -> bool:
    """Whether it is in this account; whether others have something cannot be known."""
    return not reference.startswith("arn:") or reference.split(":")[4] in ("", get_account_id())


_DEMANDS: Mapping[str, Callable[[Properties], None]] = {
    "AWS::Events::Rule": _demand_bus,
    "AWS::Lambda::EventSourceMapping": _demand_ends,
    "AWS::Lambda::Permission": _demand_function,
    "AWS::SNS::Subscription": _demand_topic,
}
