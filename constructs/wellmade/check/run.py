"""Run the rules over a graph."""

from collections.abc import Iterable, Iterator

from wellmade.check.grouping import grouped
from wellmade.check.production import serves_tests
from wellmade.check.registry import all_rules
from wellmade.check.rule import Finding, Rule, Violation
from wellmade.check.suppressions import is_suppressed, wrong_suppressions
from wellmade.graph import Graph


def check(graph: Graph, rules: Iterable[Rule] | None = None) -> list[Finding]:
    """Return what the rules find by cause, less what is suppressed with a reason, in the templates' order.

    Args:
        graph: What to look at.
        rules: Which rules to run. Default: all.
    """
    chosen = list(all_rules().values() if rules is None else rules)
    found = [
        (rule, violation)
        for rule in chosen
        for violation in rule.check(graph)
        if not (rule.leaves_tests and serves_tests(violation.resource))
    ]
    reported = [_finding(rule, one) for rule, one in found if not is_suppressed(one.resource, rule.id)]
    fired = {(violation.resource.id, rule.id) for rule, violation in found}
    found_all = sorted({*reported, *_about_suppressions(graph, {rule.id for rule in chosen}, fired)})
    return grouped(found_all, {rule.id: rule for rule in chosen})


def _about_suppressions(graph: Graph, ran: set[str], fired: set[tuple[str, str]]) -> Iterator[Finding]:
    for rule, violation in wrong_suppressions(graph, ran, fired):
        yield _finding(rule, violation)


def _finding(rule: Rule, violation: Violation) -> Finding:
    resource = violation.resource
    return Finding(
        template=str(resource.template),
        resource=violation.name or resource.logical_id,
        rule=rule.id,
        path=violation.path,
        severity=rule.severity,
        message=violation.message,
        fix=violation.fix or rule.fix,
        source=rule.source,
        line=violation.line or resource.line or 0,
        construct="" if violation.name else resource.cdk_path or "",
        cause=violation.cause,
    )
