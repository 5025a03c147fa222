"""What must hold of a fleet as it was synthesized."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from constructs import IConstruct

from wellmade.facts.addresses import is_world
from wellmade.facts.own_load import load_tracked
from wellmade.kit.lookups import default_child, path_of
from wellmade.kit.placement import selected_subnets, workload_subnets
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized

_SSH = 22


def fleet_subnets(
    scope: IConstruct, vpc: ec2.IVpc, selection: ec2.SubnetSelection | None
) -> Sequence[ec2.ISubnet]:
    """Return where instances run, which no address of the internet leads to.

    Raises:
        RefusedError: If there are public subnets alone, or one of them is selected.
    """
    found = selected_subnets(vpc, selection) if selection else workload_subnets(vpc)
    public = {subnet.subnet_id for subnet in vpc.public_subnets}
    if not found or any(subnet.subnet_id in public for subnet in found):
        fix = "give the network a private tier, as wellmade.network.Network has, and select that"
        raise refusal(scope, "vpc_subnets", "subnets that are not public", "public ones", fix)
    return found


@dataclass(frozen=True)
class FleetRules:
    """The rules that a fleet keeps."""

    scope: IConstruct
    group: autoscaling.CfnAutoScalingGroup
    template: ec2.LaunchTemplate
    security_groups: Sequence[ec2.ISecurityGroup]

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule that is broken."""
        yield from self.broken_by_launch(synthesized)
        yield from self._scaling(synthesized)

    def broken_by_launch(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule of how instances start that is broken."""
        yield from self._metadata(synthesized)
        for each in self.security_groups:
            yield from self._ssh(each, synthesized)

    def _metadata(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        resource = cast(ec2.CfnLaunchTemplate, default_child(self.template))
        data: Mapping[str, Any] = synthesized.properties(resource).get("LaunchTemplateData", {})
        tokens = data.get("MetadataOptions", {}).get("HttpTokens")
        if tokens != "required":
            fix = "one forged request is enough for the role's credentials; leave it as it is"
            yield refusal(
                path_of(self.scope), "HttpTokens", "required", tokens, fix, rule="imds-v2", resource=resource
            )

    def _scaling(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        mine = {"Ref": synthesized.logical_id(self.group)}
        for logical_id, resource in synthesized.resources(self.scope).items():
            properties = resource.get("Properties", {})
            if (
                resource["Type"] != "AWS::AutoScaling::ScalingPolicy"
                or properties.get("AutoScalingGroupName") != mine
            ):
                continue
            if load := load_tracked(properties.get("TargetTrackingConfiguration", {})):
                fix = "a worker that waits for others is idle and late at once; take the policy away"
                by, got = "by backlog per instance", f"by {load} ({logical_id})"
                yield refusal(
                    path_of(self.scope),
                    "scaling",
                    by,
                    got,
                    fix,
                    rule="cpu-scaled-consumer",
                    resource=self.group,
                )

    def _ssh(self, group: ec2.ISecurityGroup, synthesized: Synthesized) -> Iterator[RefusedError]:
        resource = default_child(group)
        if not isinstance(resource, ec2.CfnSecurityGroup):
            return
        for rule in _ingress(resource, synthesized):
            ports = rule.get("FromPort", 0), rule.get("ToPort", 65_535)
            world = is_world(rule.get("CidrIp")) or is_world(rule.get("CidrIpv6"))
            if world and all(isinstance(port, int) for port in ports) and ports[0] <= _SSH <= ports[1]:
                fix = "take the rule away; instances.session_manager opens a shell without a port"
                got = f"port {_SSH} open to the world ({path_of(group)})"
                yield refusal(
                    path_of(self.scope),
                    "security_groups",
                    "closed to the world",
                    got,
                    fix,
                    rule="ssh-open",
                    resource=resource,
                )


def _ingress(group: ec2.CfnSecurityGroup, synthesized: Synthesized) -> Iterator[Mapping[str, Any]]:
    """Yield the rules of a security group: in it, and as resources of their own."""
    yield from synthesized.properties(group).get("SecurityGroupIngress", ())
    name = synthesized.logical_id(group)
    for resource in synthesized.resources(group).values():
        properties = resource.get("Properties", {})
        is_its = properties.get("GroupId") in ({"Fn::GetAtt": [name, "GroupId"]}, {"Ref": name})
        if resource["Type"] == "AWS::EC2::SecurityGroupIngress" and is_its:
            yield properties
