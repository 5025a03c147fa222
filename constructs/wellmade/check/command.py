"""`wellmade check PATH…`: find what would fail at 3 a.m., in any CloudFormation template."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wellmade.check import baseline
from wellmade.check.grouping import every
from wellmade.check.rule import Finding, Severity
from wellmade.errors import WellmadeError
from wellmade.harmless import write_err, write_out

if TYPE_CHECKING:
    from wellmade.graph import Graph

EXAMPLES = """examples:
  wellmade check cdk.out                           every stack that was synthesized
  wellmade check template.yaml other.json          templates, whoever wrote them
  wellmade check cdk.out --format sarif > a.sarif  for a code host; also json and junit
  wellmade check --explain queue-visibility        what a rule wants and why, with two templates
  wellmade check --list                            every rule
  wellmade check cdk.out --lint                    with the error rules of cfn-lint, each fault told once
  wellmade check --diff main/cdk.out cdk.out       only what a change brought
  wellmade check cdk.out --graph                   resources and edges, as rules see them
  wellmade check --new-rule sqs/queue-delay        the parts of a new rule
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
    parser.add_argument("--lint", action="store_true", help="add what cfn-lint's error rules find")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--capacity", type=Path, metavar="FILE", help="ask what `wellmade capacity` answers for this load"
    )
    instead.add_argument(
        "--diff", nargs=2, type=Path, metavar=("OLD", "NEW"), help="only what a change of templates brought"
    )
    instead.add_argument(
        "--graph", action="store_true", help="print resources and edges; text or --format json"
    )
    instead.add_argument(
        "--new-rule", metavar="SERVICE/NAME", help="write a rule with its two templates and its test"
    )
    instead.add_argument("--explain", metavar="RULE", help="explain one rule")
    instead.add_argument("--list", action="store_true", help="list the rules")


def run(options: argparse.Namespace) -> int:
    """Answer the question that the options ask."""
    _refuse_idle(options)
    if options.explain is not None or options.list:
        from wellmade.check.printing import explain, print_rules  # noqa: PLC0415 - only where asked for

        return print_rules() if options.list else explain(options.explain)
    if options.new_rule is not None:
        from wellmade.check.new_rule import write_rule  # noqa: PLC0415 - only where it is asked for

        return write_rule(options.new_rule)
    if options.capacity:
        from wellmade.capacity import answer  # noqa: PLC0415 - only where it is asked for

        return answer(options.paths, options.capacity, options.format)
    if options.graph:
        return _graph(options.paths, options.format)
    found, unreadable = _asked_for(options)
    if options.write_baseline:
        baseline.write(options.write_baseline, found)
        count = len(set(map(baseline.identity, every(found))))
        write_err(f"{options.write_baseline}: {count} findings are known from now on\n")
        return 0
    if options.baseline:
        found = baseline.new(found, baseline.read(options.baseline))
    _print(found, options.format)
    for error in unreadable:
        write_err(f"wellmade: {error}\n")
    return 2 if unreadable else int(any(finding.severity is not Severity.ADVICE for finding in found))


def _refuse_idle(options: argparse.Namespace) -> None:
    """Refuse what would change nothing: an option that is passed over looks as if it had been heeded."""
    asks = "--list" if options.list else "--explain" if options.explain is not None else ""
    asks = asks or ("--new-rule" if options.new_rule is not None else "")
    if asks and options.paths:
        raise WellmadeError(f"{asks} takes no path, got {options.paths[0]}; leave it out")
    asks = asks or ("--graph" if options.graph else "--capacity" if options.capacity else "")
    idle = [name for name in ("lint", "baseline", "write_baseline") if getattr(options, name)]
    if asks and idle:
        raise WellmadeError(f"--{idle[0].replace('_', '-')} changes nothing beside {asks}; leave it out")


def _print(found: Sequence[Finding], kind: str) -> None:
    if kind == "table":
        from wellmade.check.printing import print_findings  # noqa: PLC0415 - machines do without its library

        print_findings(found)
        return
    from wellmade.check.formats import FORMATS  # noqa: PLC0415 - only where it is asked for

    write_out(FORMATS[kind](found) + "\n")


def _asked_for(options: argparse.Namespace) -> tuple[list[Finding], list[WellmadeError]]:
    """Return the findings of the paths, or those that a change brought."""
    if not options.diff:
        return _findings(options.paths, lint=options.lint)
    if options.paths:
        raise WellmadeError(
            "--diff takes the old and the new templates and no further path; try: "
            "wellmade check --diff old/cdk.out cdk.out"
        )
    from wellmade.check.diff import brought  # noqa: PLC0415 - only where it is asked for

    old, unreadable_before = _findings(options.diff[:1], lint=options.lint)
    new, unreadable = _findings(options.diff[1:], lint=options.lint)
    by_name = any(path.is_dir() for path in options.diff)
    return brought(old, new, by_name=by_name), [*unreadable_before, *unreadable]


def _graph(paths: Sequence[Path], kind: str) -> int:
    from wellmade.check.show_graph import GRAPHS  # noqa: PLC0415 - only where it is asked for

    if kind not in GRAPHS:
        raise WellmadeError(f"--format of --graph must be table or json, got {kind}; leave it out for text")
    graph, unreadable = _read(paths)
    write_out(GRAPHS[kind](graph) + "\n")
    for error in unreadable:
        write_err(f"wellmade: {error}\n")
    return 2 if unreadable else 0


def _findings(paths: Sequence[Path], *, lint: bool) -> tuple[list[Finding], list[WellmadeError]]:
    """Return what is found, and what is wrong with templates that cannot be read."""
    from wellmade.check.run import check  # noqa: PLC0415 - the rules are imported when they are needed

    graph, unreadable = _read(paths)
    found = check(graph)
    if lint:
        from wellmade.check.lint import linted  # noqa: PLC0415 - only where it is asked for

        found = [*found, *linted(graph, found, map(str, unreadable))]
    return found, unreadable


def _read(paths: Sequence[Path]) -> "tuple[Graph, list[WellmadeError]]":
    from wellmade.graph import load  # noqa: PLC0415 - as above

    if not paths:
        raise WellmadeError(
            "PATH must be a cdk.out folder or a template, got none; try: wellmade check cdk.out"
        )
    unreadable: list[WellmadeError] = []
    graph = load(paths, unreadable)
    if not graph.resources and unreadable:
        for error in unreadable[:-1]:
            write_err(f"wellmade: {error}\n")
        raise unreadable[-1]
    return graph, unreadable
