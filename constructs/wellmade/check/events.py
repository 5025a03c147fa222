"""What EventBridge rules match, and on which bus."""

from collections.abc import Mapping

from wellmade.graph import Graph, Resource, Value, as_list, as_mapping, document, is_known, options, text

RULE = "AWS::Events::Rule"
EVERYWHERE = frozenset(("account", "region", "version", "time", "id"))
"""Fields that say nothing about the content of an event."""


def enabled(resource: Resource) -> bool:
    """Tell whether a rule or a schedule is not switched off."""
    return text(resource.get("State")) != "DISABLED"


def pattern_of(rule: Resource) -> Mapping[str, Value] | None:
    """Return the pattern of a rule; None when there is none or it is not known."""
    pattern = document(rule.get("EventPattern"))
    return pattern if isinstance(pattern, dict) else None


def matches_everything(pattern: Mapping[str, Value]) -> bool:
    """Tell whether a pattern surely matches every event of the bus."""
    return all(key in EVERYWHERE or _is_anything(value) for key, value in pattern.items())


def _is_anything(value: Value) -> bool:
    return any(
        entry in ({"prefix": ""}, {"wildcard": "*"}, {"exists": True})
        for entry in as_list(value)
        if isinstance(entry, dict)
    )


def detail_types(pattern: Mapping[str, Value]) -> list[str]:
    """Return the names of the events that a pattern asks for, as far as they are literal."""
    return [entry for entry in as_list(pattern.get("detail-type")) if isinstance(entry, str)]


def is_from_aws(pattern: Mapping[str, Value]) -> bool:
    """Tell whether the events may be ones that AWS or a partner names."""
    sources = as_list(pattern.get("source"))
    return not all(isinstance(source, str) and not source.startswith("aws.") for source in sources)


def own_bus(graph: Graph, rule: Resource) -> str | None:
    """Return the name of the bus when it is surely neither the default one nor a partner's."""
    named = list(options(rule.get("EventBusName")))
    if len(named) != 1 or not is_known(named[0]):
        return None
    bus = graph.target(named[0], "AWS::Events::EventBus")
    if bus:
        return None if bus.get("EventSourceName") is not None else bus.logical_id
    name = (text(named[0]) or "default").rpartition("event-bus/")[2]
    return None if name == "default" or name.startswith("aws.partner/") else name


def targets_of(rule: Resource) -> list[Mapping[str, Value]]:
    """Return the targets that the template writes out."""
    return [as_mapping(entry) for entry in as_list(rule.get("Targets")) if as_mapping(entry)]
