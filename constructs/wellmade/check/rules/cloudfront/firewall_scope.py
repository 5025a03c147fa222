"""A firewall is associated with what its scope takes, and alone."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.waf import TAKES_FIREWALL
from wellmade.graph import Graph, Resource, is_known, text, written

_ASSOCIATION, _FIREWALL = "AWS::WAFv2::WebACLAssociation", "AWS::WAFv2::WebACL"


def _check(graph: Graph) -> Iterator[Violation]:
    seen: dict[tuple[str, str], Resource] = {}
    for association in graph.of_type(_ASSOCIATION):
        firewall, entry = (
            graph.target(association.get("WebACLArn"), _FIREWALL),
            association.get("ResourceArn"),
        )
        if firewall and text(firewall.get("Scope")) == "CLOUDFRONT":
            message = f"is {firewall.logical_id}, whose scope is CLOUDFRONT, must be REGIONAL"
            yield Violation(association, "Properties.WebACLArn", message)
        if _takes_none(text(entry)):
            yield Violation(association, "Properties.ResourceArn", "is nothing that takes a firewall")
        if is_known(entry) and not association.condition:
            first = seen.setdefault((association.stack, written(entry)), association)
            if first is not association:
                message = f"has a firewall already, by {first.logical_id}"
                yield Violation(association, "Properties.ResourceArn", message)


def _takes_none(arn: str | None) -> bool:
    """Tell whether a text is surely no ARN of one of the services that take a firewall."""
    return arn is not None and (not arn.startswith("arn:") or arn.split(":")[2] not in _services())


def _services() -> set[str]:
    return {*TAKES_FIREWALL, "appsync", "apprunner", "ec2", "amplify"}


RULE = Rule(
    id="firewall-scope",
    title="A firewall is associated with what its scope takes, and alone",
    severity=Severity.WARNING,
    explanation=(
        "WAF refuses to associate a firewall for CloudFront with anything, a regional one with what "
        "takes none, and a second one with what has one already."
    ),
    fix="make the firewall REGIONAL, or name it in the distribution itself; give each entry one firewall",
    source="https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-associating-aws-resource.html",
    check=_check,
)
