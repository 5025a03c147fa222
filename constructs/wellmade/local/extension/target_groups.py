"""Gap: a target group of a template has no targets, so that its load balancer answers 503 for a function.

CloudFormation registers what `Targets` names; MiniStack knows only what is registered by calls. Its name in
metrics is told wrongly, so that no alarm on a group looks at what is published.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from collections.abc import Sequence
from typing import Any

from ministack.services import alb
from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]


def apply() -> None:
    """Register the targets of templates, and take away those that a template no longer names."""
    handler = provisioners._RESOURCE_HANDLERS["AWS::ElasticLoadBalancingV2::TargetGroup"]
    create, update = handler["create"], handler["update"]

    def create_with_targets(logical_id: str, properties: Properties, stack: str) -> Any:
        arn, attributes = create(logical_id, properties, stack)
        _register(arn, (), properties.get("Targets") or ())
        return arn, _named(arn, attributes)

    def update_with_targets(
        arn: str, old: Properties, new: Properties, stack: str, *more: Any, **options: Any
    ) -> Any:
        updated, attributes = update(arn, old, new, stack, *more, **options)
        before = old.get("Targets") or () if updated == arn else ()
        _register(updated, before, new.get("Targets") or ())
        return updated, _named(updated, attributes)

    handler |= {"create": create_with_targets, "update": update_with_targets}


def _named(arn: str, attributes: Properties) -> Properties:
    """Return the attributes with the name that metrics call a group by: MiniStack leaves its kind out."""
    return {**attributes, "TargetGroupFullName": arn.rpartition(":")[2]}


def _register(group: str, before: Sequence[Properties], wanted: Sequence[Properties]) -> None:
    """Replace what the template named before; what ECS or a call has registered stays."""
    named = {str(each["Id"]) for each in (*before, *wanted)}
    others = [each for each in alb._targets.get(group) or () if str(each["Id"]) not in named]
    own = [
        {"Id": str(each["Id"]), **({"Port": int(each["Port"])} if each.get("Port") else {})}
        for each in wanted
    ]
    alb._targets[group] = [*others, *own]
