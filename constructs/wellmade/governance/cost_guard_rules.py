"""What a cost guard refuses: limits that cannot be, and what no line of the bill could be told of."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aws_cdk import CfnResource, TagManager
from constructs import IConstruct

from wellmade.facts.cost_control import COST_TAGS, MOST_NOTIFICATIONS
from wellmade.kit.lookups import is_unresolved, stack_of
from wellmade.kit.refusals import RefusedError, refusal, require_between
from wellmade.kit.synth_checks import Synthesized

MOST_THRESHOLDS = MOST_NOTIFICATIONS - 1
"""One notification is for the forecast."""


def refuse_wrong_limits(
    scope: IConstruct, monthly_limit: float, thresholds: Sequence[float], anomaly_threshold: float | None
) -> None:
    """Raise unless a budget can have these.

    Raises:
        RefusedError: If it cannot.
    """
    if anomaly_threshold is None and is_unresolved(monthly_limit):
        fix = "give it: a tenth of what is known at deployment only cannot be written"
        raise refusal(scope, "anomaly_threshold", "given", "nothing", fix)
    if is_unresolved(anomaly_threshold):
        fix = "write it as a number: it is part of a text"
        allowed = "known when the app is synthesized"
        raise refusal(scope, "anomaly_threshold", allowed, anomaly_threshold, fix)
    if monthly_limit <= 0 and not is_unresolved(monthly_limit):
        raise refusal(
            scope, "monthly_limit", "above 0", monthly_limit, "give what the stack may cost a month"
        )
    if anomaly_threshold is not None and anomaly_threshold < 0:
        fix = "leave it out for a tenth of the limit"
        raise refusal(scope, "anomaly_threshold", "0 or more", anomaly_threshold, fix)
    if not 1 <= len(thresholds) <= MOST_THRESHOLDS or len(set(thresholds)) < len(thresholds):
        fix = "leave it out for 50, 80 and 100"
        allowed = f"between 1 and {MOST_THRESHOLDS} different percentages"
        raise refusal(scope, "thresholds", allowed, list(thresholds), fix)
    for each in thresholds:
        require_between(scope, "each of thresholds", each, 0.1, 1_000, "give percentages of the limit")


def refuse_wrong_tags(scope: IConstruct, tags: Mapping[str, str], counted: str) -> None:
    """Raise unless all mandatory tags have a value and the budget can count by one.

    Raises:
        RefusedError: If they have not, or it cannot.
    """
    for key in COST_TAGS:
        if not tags.get(key, "").strip():
            fix = f"add {key}=…, so that each line of the bill has an owner"
            raise refusal(
                scope, "tags", f"given for {', '.join(COST_TAGS)}", f"no {key}", fix, rule="untagged"
            )
    if counted not in tags:
        raise refusal(
            scope, "counted_tag", f"one of {', '.join(tags)}", repr(counted), "name one of the tags"
        )
    if is_unresolved(tags[counted]):
        fix = "write it as text: a budget compares texts"
        raise refusal(scope, f"tag {counted}", "known when the app is synthesized", tags[counted], fix)


class TagRules:
    """Everything in the stack that takes tags has them, as it was synthesized.

    Args:
        scope: The guard.
        keys: The tags.
    """

    def __init__(self, scope: IConstruct, keys: Sequence[str]) -> None:
        self._scope, self._keys = scope, keys

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each resource that lacks a tag."""
        for each in stack_of(self._scope).node.find_all():
            if isinstance(each, CfnResource) and (manager := TagManager.of(each)):
                lacks = self._lacking(synthesized.resource(each), manager.tag_property_name)
                if lacks:
                    fix = f"take back what removes it from {each.node.path}, or suppress untagged there"
                    allowed = f"on everything that takes them: {', '.join(self._keys)}"
                    got = f"{each.cfn_resource_type} without {', '.join(lacks)}"
                    yield refusal(self._scope, "tags", allowed, got, fix, rule="untagged", resource=each)

    def _lacking(self, resource: Mapping[str, Any], option: str) -> list[str]:
        suppressed = resource.get("Metadata", {}).get("wellmade", {}).get("suppress", [])
        if not resource or any(each["rule"] == "untagged" for each in suppressed):
            return []
        given = resource.get("Properties", {}).get(f"{option[:1].upper()}{option[1:]}") or []
        known = set(given) if isinstance(given, dict) else {each.get("Key") for each in given}
        return [key for key in self._keys if key not in known]
