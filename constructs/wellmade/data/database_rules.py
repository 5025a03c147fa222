"""What must hold of a database as it was synthesized."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from constructs import IConstruct

from wellmade.kit.lookups import default_child, path_of, stack_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized

INGRESS = "AWS::EC2::SecurityGroupIngress"


@dataclass(frozen=True)
class DatabaseRules:
    """A database that its proxy alone reaches."""

    scope: IConstruct
    instances: Sequence[rds.CfnDBInstance]
    cluster_group: ec2.SecurityGroup
    proxy_group: ec2.SecurityGroup

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule that is broken."""
        for each in self.instances:
            public = synthesized.properties(each).get("PubliclyAccessible")
            if public is not False:
                fix = "leave it: data is private"
                yield refusal(
                    path_of(each),
                    "publicly_accessible",
                    "False",
                    public,
                    fix,
                    rule="public-database",
                    resource=each,
                )
        yield from self._only_the_proxy(synthesized)

    def _only_the_proxy(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule by which others than the proxy reach the cluster."""
        resolve = stack_of(self.scope).resolve
        group, ours = (resolve(each.security_group_id) for each in (self.cluster_group, self.proxy_group))
        for name, resource in synthesized.resources(self.scope).items():
            if _lets_in(resource, group) and resource["Properties"].get("SourceSecurityGroupId") != ours:
                yield self._refusal(name)
        resource = default_child(self.cluster_group)
        if isinstance(resource, ec2.CfnSecurityGroup) and synthesized.properties(resource).get(
            "SecurityGroupIngress"
        ):
            yield self._refusal(synthesized.logical_id(resource))

    def _refusal(self, by: str) -> RefusedError:
        fix = "workloads run out of connections without it; use connect"
        return refusal(
            path_of(self.scope),
            "cluster",
            "reached by its proxy alone",
            f"opened by {by}",
            fix,
            rule="database-without-proxy",
        )


def _lets_in(resource: Mapping[str, Any], group: object) -> bool:
    return bool(resource["Type"] == INGRESS and resource["Properties"].get("GroupId") == group)
