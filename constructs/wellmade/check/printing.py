"""Findings, rules and explanations for people."""

from collections.abc import Sequence
from difflib import get_close_matches

from wellmade.check.grouping import told_with
from wellmade.check.rule import Finding, Rule, Severity
from wellmade.console import out, print_table
from wellmade.errors import WellmadeError

_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.ADVICE: "cyan"}


def print_findings(found: Sequence[Finding]) -> None:
    """Print findings for people."""
    if not found:
        out.print("Nothing found.")
        return
    for finding in found:
        _print_finding(finding)
    counts = {severity: sum(f.severity is severity for f in found) for severity in Severity}
    out.print(", ".join(_count(*each) for each in counts.items() if each[1]), style="bold")


def _count(severity: Severity, count: int) -> str:
    plural = "" if count == 1 or severity is Severity.ADVICE else "s"
    return f"{count} {severity}{plural}"


def _print_finding(finding: Finding) -> None:
    where = f"{finding.template}:{finding.line}" if finding.line else finding.template
    out.print(f"{finding.severity} {finding.rule}", style=_STYLES[finding.severity])
    for line in (
        f"{where}  {finding.construct or finding.resource}  {finding.path}",
        finding.message,
        f"fix: {finding.fix}",
        *told_with(finding),
    ):
        out.print(f"  {line}", markup=False)


def print_rules() -> int:
    """Print every rule with what must hold."""
    from wellmade.check.registry import all_rules  # noqa: PLC0415 - the rules are imported when they are needed

    rows = [(rule.id, rule.severity, rule.title) for rule in all_rules().values()]
    print_table(f"{len(rows)} rules", ["rule", "severity", "what must hold"], rows)
    return 0


def explain(rule_id: str) -> int:
    """Print what a rule wants and why, with its two templates.

    Raises:
        WellmadeError: If there is no such rule.
    """
    from wellmade.check.registry import all_rules, example  # noqa: PLC0415 - as above

    rule = _rule(rule_id)
    sections = {
        f"{rule.id} ({rule.severity})": rule.title,
        "why": rule.explanation,
        "fix": rule.fix,
        "source": rule.source,
    }
    if rule_id in all_rules():
        sections |= {"found in": example(rule_id, "bad"), "not found in": example(rule_id, "good")}
    for title, text in sections.items():
        out.print(title, style="bold", markup=False)
        out.print(text + "\n", markup=False)
    return 0


def _rule(rule_id: str) -> Rule:
    from wellmade.check.suppressions import reported_rules  # noqa: PLC0415 - as above

    rules = reported_rules()
    if rule_id.startswith("cfn-lint:"):
        from wellmade.check.lint import rule_of_cfn_lint  # noqa: PLC0415 - takes a second

        found = rule_of_cfn_lint(rule_id)
        if found:
            return found
    if rule_id not in rules:
        near = get_close_matches(rule_id, rules, n=1)
        meant = f"did you mean {near[0]}? " if near else ""
        raise WellmadeError(f"rule {rule_id!r} does not exist; {meant}See: wellmade check --list")
    return rules[rule_id]
