"""`wellmade check PATH…`: find what would fail at 3 a.m., in any CloudFormation template."""

import argparse
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from wellmade.check import baseline
from wellmade.check.rule import Finding, Rule, Severity
from wellmade.console import out, print_table
from wellmade.errors import WellmadeError

EXAMPLES = """examples:
  wellmade check cdk.out                           every stack that was synthesized
  wellmade check template.yaml other.json          templates, whoever wrote them
  wellmade check cdk.out --format sarif > a.sarif  for a code host; also json and junit
  wellmade check --explain queue-visibility        what a rule wants and why, with two templates
  wellmade check --list                            every rule
  wellmade check cdk.out --write-baseline known.json && wellmade check cdk.out --baseline known.json
                                                   adopt it on an existing estate: only new findings count

exit code: 0 nothing was found but advice, 1 something was found, 2 the input could not be read"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare paths and options."""
    parser.epilog = EXAMPLES
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="cdk.out, a template, or a folder"
    )
    parser.add_argument(
        "--format", choices=["table", "json", "sarif", "junit"], default="table", help="table: for people"
    )
    parser.add_argument(
        "--baseline", type=Path, metavar="FILE", help="findings that are known and do not count"
    )
    parser.add_argument(
        "--write-baseline", type=Path, metavar="FILE", help="write what is found as known, exit 0"
    )
    parser.add_argument(
        "--capacity", type=Path, metavar="FILE", help="ask what `wellmade capacity` answers for this load"
    )
    parser.add_argument("--explain", metavar="RULE", help="explain one rule")
    parser.add_argument("--list", action="store_true", help="list the rules")


def run(options: argparse.Namespace) -> int:
    """Answer the question that the options ask."""
    if options.explain:
        return _explain(options.explain)
    if options.list:
        return _list()
    if options.capacity:
        from wellmade.capacity import answer  # noqa: PLC0415 - only where it is asked for

        return answer(options.paths, options.capacity, options.format)
    found, unreadable = _findings(options.paths)
    if options.write_baseline:
        baseline.write(options.write_baseline, found)
        sys.stderr.write(f"{options.write_baseline}: {len(found)} findings are known from now on\n")
        return 0
    if options.baseline:
        found = baseline.new(found, baseline.read(options.baseline))
    _print(found, options.format)
    for error in unreadable:
        sys.stderr.write(f"wellmade: {error}\n")
    return 2 if unreadable else int(any(finding.severity is not Severity.ADVICE for finding in found))


def _findings(paths: Sequence[Path]) -> tuple[list[Finding], list[WellmadeError]]:
    """Return what is found, and what is wrong with templates that cannot be read."""
    from wellmade.check.run import check  # noqa: PLC0415 - the rules are imported when they are needed
    from wellmade.graph import load  # noqa: PLC0415 - as above

    if not paths:
        raise WellmadeError(
            "PATH must be a cdk.out folder or a template, got none; try: wellmade check cdk.out"
        )
    unreadable: list[WellmadeError] = []
    graph = load(paths, unreadable)
    if not graph.resources and unreadable:
        raise unreadable[0]
    return check(graph), unreadable


def _print(found: Sequence[Finding], kind: str) -> None:
    if kind != "table":
        from wellmade.check.formats import FORMATS  # noqa: PLC0415 - only where it is asked for

        sys.stdout.write(FORMATS[kind](found) + "\n")
        return
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


_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.ADVICE: "cyan"}


def _print_finding(finding: Finding) -> None:
    where = f"{finding.template}:{finding.line}" if finding.line else finding.template
    out.print(f"{finding.severity} {finding.rule}", style=_STYLES[finding.severity])
    for line in (
        f"{where}  {finding.construct or finding.resource}  {finding.path}",
        finding.message,
        f"fix: {finding.fix}",
    ):
        out.print(f"  {line}", markup=False)


def _list() -> int:
    from wellmade.check.registry import all_rules  # noqa: PLC0415 - the rules are imported when they are needed

    rows = [(rule.id, rule.severity, rule.title) for rule in all_rules().values()]
    print_table(f"{len(rows)} rules", ["rule", "severity", "what must hold"], rows)
    return 0


def _explain(rule_id: str) -> int:
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
    if rule_id not in rules:
        near = get_close_matches(rule_id, rules, n=1)
        meant = f"did you mean {near[0]}? " if near else ""
        raise WellmadeError(f"rule {rule_id!r} does not exist; {meant}See: wellmade check --list")
    return rules[rule_id]
