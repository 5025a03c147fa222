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
    last: float = 0
    """The last port where the packet goes to one of many. Default: `port` is the only one."""

    @property
    def ports(self) -> str:
        """The port or ports as people write them."""
        return f"ports {int(self.port)} to {int(self.last)}" if self.last else f"port {int(self.port)}"

    def closed(self, graph: Graph) -> Iterator[Violation]:
        """Yield the group that surely lets the packet neither in nor out."""
        groups = SecurityGroups.of(graph)
        near, far = groups.named(self.source_groups), groups.named(self.target_groups)
        if not near or not far:
            return
        if all(groups.keep_out(far, port, near) for port in self._tried()):
            yield self._violation(far[0], near[0], "Ingress", "lets it in")
        if all(groups.keep_in(near, port, far) for port in self._tried()):
            yield self._violation(near[0], far[0], "Egress", "lets it out")

    def _tried(self) -> Iterator[float]:
        """Some of the ports: a rule that lets a packet in on one of them may be meant for it."""
        yield self.port
        if self.last:
            yield from (self.port + (self.last - self.port) * part // 8 for part in range(1, 8))
            yield self.last

    def _violation(self, group: Resource, other: Resource, way: str, verb: str) -> Violation:
        far_end = f"{'from' if way == 'Ingress' else 'to'} {other.logical_id}"
        message = (
            f"{self.source.logical_id} {self.purpose} {self.target.logical_id} on {self.ports}, "
            f"and no rule of {group.logical_id} {verb} ({far_end}): {self.lost}"
        )
        key = "SourceSecurityGroupId" if way == "Ingress" else "DestinationSecurityGroupId"
        rule = {
            "Type": f"AWS::EC2::SecurityGroup{way}",
            "Properties": {
                "GroupId": {"Fn::GetAtt": [group.logical_id, "GroupId"]},
                "IpProtocol": "tcp",
                "FromPort": int(self.port),
                "ToPort": int(self.last or self.port),
                key: {"Fn::GetAtt": [other.logical_id, "GroupId"]},
            },
        }
        path = f"Properties.SecurityGroup{way}"
        add = f"add {json.dumps(rule)}"
        return Violation(group, path, message, add, cause=f"{group.id}: {add}")
