"""Databases have subnets in two zones."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, is_known, written

_SUBNETS = {"AWS::RDS::DBSubnetGroup": "SubnetIds"}


def _check(graph: Graph) -> Iterator[Violation]:
    for kind, path in _SUBNETS.items():
        for group in graph.of_type(kind):
            given = group.get(path)
            if not isinstance(given, list) or not all(map(is_known, given)):
                continue
            found = [graph.target(each, "AWS::EC2::Subnet") for each in given]
            zones = {written(each.get("AvailabilityZone")) for each in found if each}
            told = all(each and is_known(each.get("AvailabilityZone")) for each in found)
            if len(given) == 1 or (told and len(zones) == 1 and "" not in zones):
                yield Violation(group, f"Properties.{path}", "are all in one zone, must be in two or more")


RULE = Rule(
    id="subnet-zones",
    title="Databases have subnets in two zones",
    severity=Severity.WARNING,
    explanation=(
        "RDS and a load balancer refuse a single zone at deployment. With one, a database has nowhere to "
        "go when the zone is lost."
    ),
    fix="name subnets of two zones or more",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    check=_check,
)
