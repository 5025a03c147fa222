"""Suppressions: a rule that does not apply to a resource, with the reason beside the resource.

In a template: `Metadata: {wellmade: {suppress: [{rule: queue-visibility, reason: …}]}}`. In CDK:
`resource.add_metadata("wellmade", {"suppress": [{"rule": …, "reason": …}]})`. A suppression without a reason,
for a rule that does not exist, or for one that no longer fires is a finding itself: none outlives its cause.
"""

from collections.abc import Iterator
from typing import Any

from wellmade.check.registry import all_rules
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource

SHORTEST_REASON = 10
_MALFORMED = "suppress must be a list of {rule: …, reason: …}, so it suppresses nothing"
_SOURCE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-metadata.html"


def _nothing(_graph: Graph) -> Iterator[Violation]:
    yield from ()


WITHOUT_REASON = Rule(
    id="suppression-without-reason",
    title="A suppression has a reason",
    severity=Severity.ERROR,
    explanation="Whoever reviews the template must be able to agree or to disagree.",
    fix="give the reason in a sentence, or remove the suppression",
    source=_SOURCE,
    check=_nothing,
)
UNUSED = Rule(
    id="suppression-unused",
    title="A suppression suppresses a finding",
    severity=Severity.WARNING,
    explanation="The rule does not fire here or does not exist; the suppression would hide a new fault.",
    fix="remove the suppression",
    source=_SOURCE,
    check=_nothing,
)


def reported_rules() -> dict[str, Rule]:
    """Return every rule that a finding can name: all rules, and those about suppressions."""
    return {**all_rules(), UNUSED.id: UNUSED, WITHOUT_REASON.id: WITHOUT_REASON}


def is_suppressed(resource: Resource, rule_id: str) -> bool:
    """Tell whether a rule is suppressed for a resource, with a reason."""
    return any(entry.get("rule") == rule_id and _has_reason(entry) for entry in _entries(resource))


def wrong_suppressions(
    graph: Graph, ran: set[str], fired: set[tuple[str, str]]
) -> Iterator[tuple[Rule, Violation]]:
    """Yield the suppressions that have no reason or suppress nothing.

    Args:
        graph: Where to look for suppressions.
        ran: Ids of the rules that ran; of others nothing can be said.
        fired: Pairs of resource id and rule id that did fire.
    """
    fired = {(_written_at(graph.resources[resource_id]), rule_id) for resource_id, rule_id in fired}
    for resource in graph.resources.values():
        if resource.derived_from:
            continue  # SAM hands its metadata on; the suppression stands where it was written
        for entry in _entries(resource):
            rule_id = str(entry.get("rule"))
            if not _has_reason(entry):
                yield WITHOUT_REASON, _violation(resource, f"{rule_id} is suppressed without a reason")
            elif rule_id not in all_rules():
                yield UNUSED, _violation(resource, f"there is no rule {rule_id}")
            elif rule_id in ran and (resource.id, rule_id) not in fired:
                yield UNUSED, _violation(resource, f"{rule_id} does not fire here")
        if _is_malformed(resource):
            yield WITHOUT_REASON, _violation(resource, _MALFORMED)


def _written_at(resource: Resource) -> str:
    """Return the id of the resource that the template writes: itself, or the SAM resource behind it."""
    return f"{resource.stack}/{resource.derived_from or resource.logical_id}"


def _violation(resource: Resource, message: str) -> Violation:
    return Violation(resource, "Metadata.wellmade.suppress", message)


def _has_reason(entry: dict[str, Any]) -> bool:
    reason = entry.get("reason")
    return isinstance(reason, str) and len(reason.strip()) >= SHORTEST_REASON


def _entries(resource: Resource) -> list[dict[str, Any]]:
    written = _written(resource)
    return [entry for entry in written if _is_entry(entry)] if isinstance(written, list) else []


def _is_malformed(resource: Resource) -> bool:
    written = _written(resource)
    return not (isinstance(written, list) and all(map(_is_entry, written)))


def _written(resource: Resource) -> Any:
    ours = resource.metadata.get("wellmade")
    return ours.get("suppress", []) if isinstance(ours, dict) else []


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and "rule" in entry
