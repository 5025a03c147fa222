"""Findings by cause: what one change fixes is one finding with its places."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from wellmade.check.rule import Finding, Rule


def grouped(findings: Iterable[Finding], rules: Mapping[str, Rule]) -> list[Finding]:
    """Return the findings, in their order, with those of one cause under the first of them.

    Args:
        findings: In the order in which they are to be told.
        rules: By their ids, to know which rules speak of the same cause.
    """
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        key = (finding.rule, finding.cause) if finding.cause else finding
        groups.setdefault(key, []).append(finding)
    return [replace(first, more=tuple(others)) for first, *others in _within(groups.values(), rules)]


def _within(groups: Iterable[list[Finding]], rules: Mapping[str, Rule]) -> Iterator[list[Finding]]:
    """Yield the groups, and those of rules that another one tells of within that one's."""
    told = list(groups)
    leading = {(each.template, each.resource, each.rule): group for group in told for each in group}
    merged: list[list[Finding]] = []
    for group in told:
        leader = _leader(group[0], rules, leading) if len(group) == 1 else None
        if leader:
            leader.append(group[0])
            merged.append(group)
    yield from (group for group in told if not any(group is each for each in merged))


def _leader(
    finding: Finding, rules: Mapping[str, Rule], leading: Mapping[tuple[str, str, str], list[Finding]]
) -> list[Finding] | None:
    names = rules[finding.rule].within if finding.rule in rules else ()
    found = (leading.get((finding.template, finding.resource, name)) for name in names)
    return next((group for group in found if group), None)


def every(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings with all that they hold, each by itself."""
    for finding in findings:
        yield replace(finding, more=())
        yield from finding.more


def told_with(finding: Finding) -> list[str]:
    """Return a line for all that a finding holds: the other places, then what other rules say."""
    places = [each for each in finding.more if each.rule == finding.rule]
    others = [each for each in finding.more if each.rule != finding.rule]
    named = ", ".join(_place(each) for each in places)
    return [
        *([f"also at {named}"] if places else []),
        *(f"also {each.rule} ({each.severity}): {each.message}; {each.fix}" for each in others),
    ]


def _place(finding: Finding) -> str:
    where = f" ({finding.template}:{finding.line})" if finding.line else ""
    return f"{finding.construct or finding.resource} {finding.path}{where}"
