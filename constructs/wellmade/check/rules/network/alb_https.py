"""Public load balancers redirect HTTP to HTTPS."""

from collections.abc import Iterator

from wellmade.check.conditional import always_equals
from wellmade.check.open_ingress import GROUP, INGRESS, openings
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, as_list, as_mapping, is_known, number

_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"


def _check(graph: Graph) -> Iterator[Violation]:
    for listener in graph.of_type("AWS::ElasticLoadBalancingV2::Listener"):
        balancer = graph.target(listener.get("LoadBalancerArn"), _BALANCER)
        is_plain = always_equals(listener.get("Protocol"), "HTTP") and _forwards(listener)
        if balancer and is_plain and _is_public(balancer) and not _is_closed(graph, balancer, listener):
            message = f"{balancer.logical_id} faces the internet and forwards what comes in clear text"
            yield Violation(listener, "Properties.Protocol", message)


def _forwards(listener: Resource) -> bool:
    actions = [as_mapping(action).get("Type") for action in as_list(listener.get("DefaultActions"))]
    return bool(actions) and all(always_equals(action, "forward") for action in actions)


def _is_public(balancer: Resource) -> bool:
    is_application = always_equals(balancer.get("Type", "application"), "application")
    return is_application and always_equals(balancer.get("Scheme", "internet-facing"), "internet-facing")


def _is_closed(graph: Graph, balancer: Resource, listener: Resource) -> bool:
    """Its groups let in known sources only, such as those of a content delivery network, or other ports."""
    groups = [graph.target(value, GROUP) for value in as_list(balancer.get("SecurityGroups"))]
    ingresses = graph.of_type(INGRESS)
    if not groups or None in groups or not all(is_known(each.get("GroupId")) for each in ingresses):
        return False
    own = {each for each in ingresses if graph.target(each.get("GroupId")) in groups}
    port = number(listener.get("Port"))
    return not any(
        opening.resource in (own | set(groups)) and opening.may_cover(port) for opening in openings(graph)
    )


RULE = Rule(
    id="alb-https",
    title="Public load balancers redirect HTTP to HTTPS",
    severity=Severity.WARNING,
    explanation=(
        "Passwords and session cookies cross every network on the way in clear text, and anybody on that way "
        "can read and change them. Browsers try plain HTTP first when people type an address."
    ),
    fix="serve on an HTTPS listener, and let the HTTP listener redirect to it",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html",
    check=_check,
)
