"""What cfn-lint's error rules find beside ours, marked and told once."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from wellmade.check.grouping import every
from wellmade.check.rule import Finding, Rule, Severity
from wellmade.graph import Graph

MARK = "cfn-lint:"
"""Begins the rule of each such finding, as in `cfn-lint:E3002`."""
_SAME = {
    "E2531": ("deprecated-runtime",),
    "E2533": ("deprecated-runtime",),
    "E3047": ("fargate-size",),
    "E3060": ("cidr-overlap",),
    "E3502": ("dead-letter-kind",),
    "E3505": ("queue-visibility",),
    "E8001": ("condition-definition",),
    "E8002": ("condition-definition",),
}
"""Rules of cfn-lint that say what rules of ours say; ours is told where both find it on one resource."""
_DOUBLED = "Duplicate"
"""How cfn-lint begins to say, under E0000, what `duplicate-key` says."""
_HANDLED_BY_PARSER = "E0000"
_EXPLAINED = "https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md"


def linted(graph: Graph, ours: Iterable[Finding], unreadable: Iterable[str] = ()) -> list[Finding]:
    """Return what cfn-lint's error rules find in the templates of a graph and ours do not.

    Args:
        graph: What was read.
        ours: What our rules found in it.
        unreadable: What is told of templates that cannot be read, each beginning with its file.
    """
    resources = {(str(each.template), each.logical_id): each.line for each in graph.resources.values()}
    told = {(each.template, each.resource, each.rule) for each in every(ours)}
    files = sorted({str(stack.file) for stack in graph.stacks})
    known = tuple(unreadable)
    found = (_finding(match) for match in _matches(files))
    return sorted(
        {
            each
            for each in found
            if not _is_told(each, told) and not any(text.startswith(f"{each.template}:") for text in known)
        },
        key=lambda each: (each.template, each.line, each.rule, (each.template, each.resource) in resources),
    )


def linted_rules(findings: Iterable[Finding]) -> Iterator[Rule]:
    """Yield a rule for each of cfn-lint's that is among the findings."""
    seen: dict[str, Finding] = {each.rule: each for each in every(findings) if each.rule.startswith(MARK)}
    for name, finding in sorted(seen.items()):
        yield Rule(
            id=name,
            title=f"cfn-lint's rule {name.removeprefix(MARK)}",
            severity=finding.severity,
            explanation="Found by cfn-lint, which ran beside the rules of Wellmade.",
            fix=finding.fix,
            source=finding.source,
            check=lambda _graph: iter(()),
        )


def rule_of_cfn_lint(name: str) -> Rule | None:
    """Return what cfn-lint says of one of its rules, or None where it has none of that name.

    Args:
        name: As findings name it, such as `cfn-lint:E3663`.
    """
    from cfnlint.core import get_rules  # noqa: PLC0415 -- as below

    number = name.removeprefix(MARK)
    rule = next((each for each in get_rules([], [], []).rules.values() if each.id == number), None)
    return rule and Rule(
        id=name,
        title=rule.shortdesc,
        severity=Severity.ERROR,
        explanation=f"{rule.description}. cfn-lint finds it, and `wellmade check --lint` with it.",
        fix=f"change what cfn-lint says ({rule.shortdesc})",
        source=rule.source_url or _EXPLAINED,
        check=lambda _graph: iter(()),
    )


def _matches(files: list[str]) -> list[Any]:
    from cfnlint.api import lint_by_config  # noqa: PLC0415 -- takes a second, and only --lint asks for it
    from cfnlint.config import ManualArgs  # noqa: PLC0415 -- as above

    return list(lint_by_config(ManualArgs(templates=files, ignore_checks=["W", "I"]))) if files else []


def _finding(match: Any) -> Finding:
    keys = [str(key) for key in getattr(match, "path", None) or ()]
    resource = keys[1] if keys[:1] == ["Resources"] and len(keys) > 1 else ""
    return Finding(
        template=str(Path(match.filename)),
        resource=resource or ".".join(keys[:2]) or "template",
        rule=f"{MARK}{match.rule.id}",
        path=".".join(keys[2:]) if resource else ".".join(keys),
        severity=Severity.ERROR,
        message=match.message.strip(),
        fix=f"change what cfn-lint says ({match.rule.shortdesc})",
        source=match.rule.source_url or _EXPLAINED,
        line=match.linenumber or 0,
    )


def _is_told(finding: Finding, told: set[tuple[str, str, str]]) -> bool:
    number = finding.rule.removeprefix(MARK)
    if number == _HANDLED_BY_PARSER:
        return finding.message.startswith(_DOUBLED) and any(
            template == finding.template and rule == "duplicate-key" for template, _, rule in told
        )
    return any((finding.template, finding.resource, rule) in told for rule in _SAME.get(number, ()))
