"""Public entries of production have a web firewall."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, as_list, as_mapping, is_known, text

_STAGES = ("env", "environment", "stage")
_PRODUCTION = ("prod", "production", "prd")


def _check(graph: Graph) -> Iterator[Violation]:
    entries = [entry for entry in _entries(graph) if _in_production(entry)]
    associations = graph.of_type("AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation")
    guarded = [graph.target(association.get("ResourceArn")) for association in associations]
    if None in guarded:
        return
    for entry in entries:
        if entry not in guarded:
            path = "DistributionConfig.WebACLId" if _is_edge(entry) else "Tags"
            yield Violation(
                entry, f"Properties.{path}", "is public and in production, and no web firewall guards it"
            )


def _entries(graph: Graph) -> Iterator[Resource]:
    for balancer in graph.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer"):
        application = balancer.get("Type", "application") == "application"
        if application and balancer.get("Scheme") == "internet-facing":
            yield balancer
    for distribution in graph.of_type("AWS::CloudFront::Distribution"):
        config = distribution.get("DistributionConfig")
        if isinstance(config, dict) and distribution.get("DistributionConfig.WebACLId") is None:
            yield distribution


def _is_edge(entry: Resource) -> bool:
    return entry.type == "AWS::CloudFront::Distribution"


def _in_production(entry: Resource) -> bool:
    """Tell whether a tag says so; names of stages say `prod` in every environment."""
    tags = [as_mapping(tag) for tag in as_list(entry.get("Tags")) if is_known(tag)]
    said = {(text(tag.get("Key")) or "").lower(): (text(tag.get("Value")) or "").lower() for tag in tags}
    return any(said.get(key) in _PRODUCTION for key in _STAGES)


RULE = Rule(
    id="web-firewall",
    title="Public entries of production have a web firewall",
    severity=Severity.WARNING,
    explanation=(
        "One address can send as many requests as it likes, and known attacks reach the code. When it "
        "happens there is no rule to tighten, only the code to change."
    ),
    fix="associate an AWS::WAFv2::WebACL with a rate rule and managed groups",
    source="https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html",
    check=_check,
)
