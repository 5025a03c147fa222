"""Ingress rules of security groups that let the whole internet in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from wellmade.check.conditional import always, branches
from wellmade.facts.addresses import is_world
from wellmade.graph import Graph, Resource, Value, as_list, attributes, number, written

GROUP, INGRESS = "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress"
_WITHOUT_SHELL = (
    "AWS::EC2::VPCEndpoint",
    "AWS::EFS::MountTarget",
    "AWS::ElasticLoadBalancing",
    "AWS::Lambda::",
    "AWS::RDS::",
    "AWS::Serverless::Function",
)
_RANGES = ("CidrIp", "CidrIpv6")
_RULES = (GROUP, INGRESS, "AWS::EC2::SecurityGroupEgress")


@dataclass(frozen=True)
class Opening:
    """One rule that is open to the world, and where it stands."""

    resource: Resource
    path: str
    entry: Mapping[str, Value]

    @property
    def ranges(self) -> list[str]:
        """The ranges that let the world in, as they are written."""
        given = (branch for key in _RANGES for branch in branches(self.entry.get(key)))
        return list(dict.fromkeys(str(each) for each in given if is_world(each)))

    def covers(self, port: int) -> bool:
        """Tell whether the rule surely opens this TCP port."""
        protocol = self.entry.get("IpProtocol")
        if str(protocol) == "-1":
            return True
        first, last = number(self.entry.get("FromPort")), number(self.entry.get("ToPort"))
        if str(protocol).lower() not in ("tcp", "6") or first is None or last is None:
            return False
        return first == -1 or first <= port <= last

    def may_cover(self, port: float | None) -> bool:
        """Tell whether the rule may open this port: all that is not surely another one."""
        first, last = number(self.entry.get("FromPort")), number(self.entry.get("ToPort"))
        if port is None or first is None or last is None or str(self.entry.get("IpProtocol")) == "-1":
            return True
        return first == -1 or first <= port <= last


def openings(graph: Graph) -> Iterator[Opening]:
    """Yield the rules that let the world in, whatever the conditions say."""
    for group in graph.of_type(GROUP):
        yield from openings_of(group)
    for ingress in graph.of_type(INGRESS):
        if _is_open(ingress.properties):
            yield Opening(ingress, "Properties", ingress.properties)


def openings_of(group: Resource) -> Iterator[Opening]:
    """Yield the rules of one group that let the world in."""
    for index, entry in enumerate(as_list(group.get("SecurityGroupIngress"))):
        if isinstance(entry, dict) and _is_open(entry):
            yield Opening(group, f"Properties.SecurityGroupIngress.{index}", entry)


def runs_no_shell(graph: Graph, group: Resource) -> bool:
    """Tell whether the group is surely used by what has no shell to log in to, such as load balancers."""
    found = wearers(graph, group)
    return bool(found) and all(each.type.startswith(_WITHOUT_SHELL) for each in found)


def is_private(graph: Graph, group: Resource) -> bool:
    """Tell whether what wears the group is in subnets that their names call private."""
    return are_private(each.get("SubnetId", each.get("SubnetIds")) for each in wearers(graph, group))


def are_private(subnets: Iterable[Value]) -> bool:
    """Tell whether subnets are called private by their names, as far as any is given."""
    placed = [written(value).lower() for value in subnets if value is not None]
    return bool(placed) and all("private" in name for name in placed)


def wearers(graph: Graph, group: Resource) -> list[Resource]:
    """Return the resources of the templates that name a group other than in a rule."""
    return [
        resource
        for resource in graph.resources.values()
        if resource.type not in _RULES
        and any(each.resource_id == group.id for each in attributes(resource.properties))
    ]


def _is_open(entry: Mapping[str, Value]) -> bool:
    return any(always(entry.get(key), is_world) for key in _RANGES)
