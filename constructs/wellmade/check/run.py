"""Run the rules over a graph."""

from collections.abc import Iterable, Iterator

from wellmade.check.registry import all_rules
from wellmade.check.rule import Finding, Hit, Rule
from wellmade.check.silence import silenced, wrong_silences
from wellmade.graph import Graph


def check(graph: Graph, rules: Iterable[Rule] | None = None) -> list[Finding]:
    """Return what the rules find, less what is silenced with a reason, in the order of the templates.

    Args:
        graph: What to look at.
        rules: Which rules to run. Default: all.
    """
    chosen = list(all_rules().values() if rules is None else rules)
    hits = [(rule, hit) for rule in chosen for hit in rule.check(graph)]
    loud = [_finding(rule, hit) for rule, hit in hits if not silenced(hit.resource, rule.id)]
    fired = {(hit.resource.id, rule.id) for rule, hit in hits}
    return sorted({*loud, *_about_silences(graph, {rule.id for rule in chosen}, fired)})


def _about_silences(graph: Graph, ran: set[str], fired: set[tuple[str, str]]) -> Iterator[Finding]:
    for rule, hit in wrong_silences(graph, ran, fired):
        yield _finding(rule, hit)


def _finding(rule: Rule, hit: Hit) -> Finding:
    resource = hit.resource
    return Finding(
        template=str(resource.template),
        resource=resource.logical_id,
        rule=rule.id,
        path=hit.path,
        severity=rule.severity,
        message=hit.message,
        fix=rule.fix,
        source=rule.source,
        line=resource.line or 0,
        construct=resource.cdk_path or "",
    )
