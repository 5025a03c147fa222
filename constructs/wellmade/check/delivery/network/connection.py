"""One connection that a template needs, and what closes it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wellmade.check.delivery.network.security_groups import SecurityGroups
from wellmade.check.rule import Violation
from wellmade.graph import Graph, Resource, Value


@dataclass(frozen=True, eq=False)
class Connection:
    """Who connects to what, with the values that name the security groups of both."""

    source: Resource
    target: Resource
    port: float
    source_groups: Iterable[Value]
    target_groups: Iterable[Value]
    purpose: str
    lost: str

    def closed(self, graph: Graph) -> Iterator[Violation]:
        """Yield the group that surely lets the packet neither in nor out."""
        groups = SecurityGroups.of(graph)
        near, far = groups.named(self.source_groups), groups.named(self.target_groups)
        if not near or not far:
            return
        if groups.keep_out(far, self.port, near):
            yield self._violation(far[0], near[0], "Ingress", "lets it in")
        if groups.keep_in(near, self.port, far):
            yield self._violation(near[0], far[0], "Egress", "lets it out")

    def _violation(self, group: Resource, other: Resource, way: str, verb: str) -> Violation:
        port = int(self.port)
        far_end = f"{'from' if way == 'Ingress' else 'to'} {other.logical_id}"
        message = (
            f"{self.source.logical_id} {self.purpose} {self.target.logical_id} on port {port}, "
            f"and no rule of {group.logical_id} {verb} ({far_end}): {self.lost}"
        )
        key = "SourceSecurityGroupId" if way == "Ingress" else "DestinationSecurityGroupId"
        rule = {
            "Type": f"AWS::EC2::SecurityGroup{way}",
            "Properties": {
                "GroupId": {"Fn::GetAtt": [group.logical_id, "GroupId"]},
                "IpProtocol": "tcp",
                "FromPort": port,
                "ToPort": port,
                key: {"Fn::GetAtt": [other.logical_id, "GroupId"]},
            },
        }
        path = f"Properties.SecurityGroup{way}"
        add = f"add {json.dumps(rule)}"
        return Violation(group, path, message, add, cause=f"{group.id}: {add}")
