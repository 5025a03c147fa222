"""Gap: a template with a type that MiniStack does not know is refused as a whole.

Types it could serve, but does not register, are served. Any other type of AWS is recorded: it deploys, does
nothing, and has a physical id that tells so. A type that a newer release knows is never overridden.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import cloudwatch, eventbridge
from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]
Result = tuple[str, dict[str, Any]]
RECORDED = "recorded-"


class Attributes(dict[str, Any]):
    """Attributes of a recorded resource: whatever a template asks for, made up from its id."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        made_up = f"{self['Id']}.{name}"
        return (
            f"arn:aws:recorded:{get_region()}:{get_account_id()}:{made_up}"
            if name.endswith("Arn")
            else made_up
        )


class Handlers(dict[str, Any]):
    """MiniStack's handlers by type, with one that records for every other type of AWS."""

    def __contains__(self, kind: object) -> bool:
        return super().__contains__(kind) or _is_recorded(kind)

    def get(self, kind: str, default: Any = None) -> Any:
        """Return the handler of a type, or the one that records."""
        return super().get(kind, _RECORDING if _is_recorded(kind) else default)


def apply() -> None:
    """Register what is missing."""
    handlers = Handlers(provisioners._RESOURCE_HANDLERS)
    served = {
        "AWS::Events::Archive": {"create": _create_archive, "delete": _delete_archive},
        "AWS::CloudWatch::CompositeAlarm": {
            "create": _put_composite_alarm,
            "delete": _delete_composite_alarm,
        },
    }
    for kind, handler in served.items():
        if not dict.__contains__(handlers, kind):
            handlers[kind] = handler
    give_attributes(handlers["AWS::EC2::VPC"], _block)
    provisioners._RESOURCE_HANDLERS = handlers


def _is_recorded(kind: object) -> bool:
    return isinstance(kind, str) and kind.startswith("AWS::") and not kind.startswith("AWS::CloudFormation::")


def _record(logical_id: str, _properties: Properties, stack: str) -> Result:
    identity = f"{RECORDED}{stack}-{logical_id}-{new_uuid()[:8]}"
    return identity, Attributes(Id=identity)


def _record_again(identity: str, _old: Properties, _new: Properties, _stack: str) -> Result:
    return identity, Attributes(Id=identity)


def _forget(_identity: str, _properties: Properties) -> None:
    """Nothing was made."""


_RECORDING = {"create": _record, "update": _record_again, "delete": _forget}


def _create_archive(logical_id: str, properties: Properties, stack: str) -> Result:
    name = properties.get("ArchiveName") or f"{stack}-{logical_id}"[:48]
    pattern = properties.get("EventPattern", "")
    text = pattern if isinstance(pattern, str) else json.dumps(pattern)
    source = {"EventSourceArn": properties["SourceArn"]}
    _demand(eventbridge._create_archive({**properties, **source, "ArchiveName": name, "EventPattern": text}))
    return name, {"Arn": eventbridge._archives[name]["ArchiveArn"], "ArchiveName": name}


def _delete_archive(name: str, _properties: Properties) -> None:
    eventbridge._archives.pop(name, None)


def _put_composite_alarm(logical_id: str, properties: Properties, stack: str) -> Result:
    name = properties.get("AlarmName") or f"{stack}-{logical_id}-{new_uuid()[:8]}"
    _demand(cloudwatch._put_composite_alarm({}, {**properties, "AlarmName": name}, False, True))  # noqa: FBT003 - json
    return name, {"Arn": cloudwatch._composite_alarms[name]["AlarmArn"]}


def _delete_composite_alarm(name: str, _properties: Properties) -> None:
    cloudwatch._composite_alarms.pop(name, None)


def _demand(answer: tuple[int, Any, Any]) -> None:
    if answer[0] >= 400:
        raise ValueError(str(answer[2]))


def give_attributes(handler: dict[str, Any], more: Callable[[str, Properties], Properties]) -> None:
    """Add attributes that MiniStack lacks to what it creates; its own stay as they are."""
    create = handler["create"]

    def create_with_more(logical_id: str, properties: Properties, stack: str) -> Result:
        identity, attributes = create(logical_id, properties, stack)
        return identity, {**more(identity, properties), **attributes}

    handler["create"] = create_with_more


def _block(_identity: str, properties: Properties) -> Properties:
    return {"CidrBlock": properties.get("CidrBlock", "10.0.0.0/16"), "Ipv6CidrBlocks": []}
