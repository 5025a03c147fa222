"""Billable resources carry cost-allocation tags."""

import re
from collections import defaultdict
from collections.abc import Iterator

from wellmade.check.providers import is_provider
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, Value, as_mapping, text

TAGGABLE = (
    "AWS::DynamoDB::Table",
    "AWS::EC2::Instance",
    "AWS::EC2::NatGateway",
    "AWS::ECS::Cluster",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::Kinesis::Stream",
    "AWS::Lambda::Function",
    "AWS::OpenSearchService::Domain",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::Serverless::Function",
    "AWS::StepFunctions::StateMachine",
)
"""Resources that are paid for and can bear tags."""

_OWNERS = re.compile(
    "team|owner|env|stage|project|app|service|cost|department|unit|customer|product", re.IGNORECASE
)


def _check(graph: Graph) -> Iterator[Violation]:
    stacks: dict[str, list[Resource]] = defaultdict(list)
    for resource in filter(lambda each: not is_provider(each), graph.of_type(*TAGGABLE)):
        stacks[resource.stack].append(resource)
    for resources in stacks.values():
        bare = [resource for resource in resources if resource.get("Tags") in (None, [], {})]
        tagged = [resource for resource in resources if _owners(resource.get("Tags"))]
        if len(tagged) > len(bare):
            keys = ", ".join(sorted(set.intersection(*(_owners(each.get("Tags")) for each in tagged))))
            for resource in bare if keys else ():
                message = f"are missing; {len(tagged)} other resources of the stack have {keys}"
                yield Violation(resource, "Properties.Tags", message)


def _owners(tags: Value) -> set[str]:
    """Return the keys of the tags that say whose the resource is; others are labels."""
    if isinstance(tags, list):
        keys = {text(tag.get("Key")) or "" for tag in tags if isinstance(tag, dict)}
    else:
        keys = set(as_mapping(tags))
    return {key for key in keys if _OWNERS.search(key)}


RULE = Rule(
    id="untagged",
    title="Billable resources carry cost-allocation tags",
    severity=Severity.ADVICE,
    explanation=(
        "The cost of this resource cannot be allocated to a team in the bill. In an incident its "
        "owner is unknown."
    ),
    fix="give it the tags of the others, or tag the whole stack",
    source="https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
    check=_check,
)
