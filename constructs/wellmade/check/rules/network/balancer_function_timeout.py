"""A load balancer waits as long as the function behind it may take."""

from collections.abc import Iterator

from wellmade.check.conditional import least
from wellmade.check.load_balancers import idle_timeout_of, in_front_of, kind_of
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.lambda_ import DEFAULT_TIMEOUT
from wellmade.graph import Graph, Kind


def _check(graph: Graph) -> Iterator[Violation]:
    for edge in graph.edges(kind=Kind.INVOKES_SYNC):
        group, function = edge.source, edge.target
        timeout = least(function.get("Timeout", DEFAULT_TIMEOUT))
        if group.type != "AWS::ElasticLoadBalancingV2::TargetGroup" or timeout is None:
            continue
        for balancer in in_front_of(graph, group):
            waits = idle_timeout_of(balancer)
            if kind_of(balancer) == "application" and waits is not None and timeout > waits:
                message = f"is {timeout:.12g} s, but {balancer.logical_id} waits {waits:.12g} s only"
                yield Violation(function, "Properties.Timeout", message)


RULE = Rule(
    id="balancer-function-timeout",
    title="A load balancer waits as long as the function behind it may take",
    severity=Severity.WARNING,
    explanation=(
        "Where nothing passes for the idle timeout, 60 seconds unless it is set, the load balancer closes "
        "the connection. The caller sees a failure and tries again while the function still runs and is "
        "paid for."
    ),
    fix="raise the load balancer's idle_timeout.timeout_seconds, or shorten the function's Timeout",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html",
    check=_check,
)
