"""Which calls of a workload have a way to the service that answers them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_ec2 as ec2
from constructs import IConstruct

from wellmade.kit.lookups import path_of, stack_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.synth_checks import Synthesized

NAMED_OTHERWISE = {
    "cloudwatch": "monitoring",
    "firehose": "kinesis-firehose",
    "kinesis": "kinesis-streams",
}
"""Endpoints that are not called as the service is in its actions, by that prefix.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""

IMAGES = ("ecr.api", "ecr.dkr", "s3")
"""An image takes all three: its layers lie in a bucket.

Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
"""

INSIDE = {"ecs", "elasticache", "rds-db"}
"""Checked inside the network, or asked of the agent beside the program: they leave through no endpoint."""


@dataclass(frozen=True, order=True)
class Call:
    """A call that a workload makes through the network, and what it needs there."""

    action: str
    needs: tuple[str, ...]


def roles_in(workload: IConstruct) -> list[WorkloadRole]:
    """Return the roles that a workload runs under, those of its parts included."""
    own = getattr(workload, "role", None)
    below = [child for child in workload.node.find_all() if isinstance(child, WorkloadRole)]
    return [*below, *([own] if isinstance(own, WorkloadRole) and own not in below else [])]


def calls_of(roles: Iterable[WorkloadRole]) -> list[Call]:
    """Return the calls that roles allow and that leave through the workload's network interface.

    What Lambda itself does for a function, such as writing its log, does not; what the ECS agent does for a
    task does.
    """
    return sorted(
        {
            Call(action, _needs(action))
            for role in roles
            for grant in role.granted
            if not (role.is_of_lambda and grant.used_by)
            for action in grant.actions
            if action.split(":")[0] not in INSIDE
        }
    )


def _needs(action: str) -> tuple[str, ...]:
    prefix = action.split(":", maxsplit=1)[0]
    if prefix == "ecr":
        return ("ecr.api",) if action == "ecr:GetAuthorizationToken" else IMAGES
    return (NAMED_OTHERWISE.get(prefix, prefix),)


def endpoints_in(scope: IConstruct, vpc: ec2.IVpc) -> set[str]:
    """Return the services that a network has endpoints for, as far as they are defined in this stack."""
    stack = stack_of(scope)
    network = stack.resolve(vpc.vpc_id)
    return {
        _service(stack.resolve(endpoint.service_name))
        for endpoint in stack.node.find_all()
        if isinstance(endpoint, ec2.CfnVPCEndpoint) and stack.resolve(endpoint.vpc_id) == network
    }


def unreachable_calls(calls: Iterable[Call], endpoints: set[str]) -> Iterator[tuple[Call, str]]:
    """Yield the calls that would hang without a way out, each with the first endpoint that it lacks."""
    for call in calls:
        missing = next((service for service in call.needs if service not in endpoints), None)
        if missing:
            yield call, missing


def refuse_unreachable_calls(
    workload: IConstruct, role: WorkloadRole, vpc: ec2.IVpc, synthesized: Synthesized
) -> Iterator[RefusedError]:
    """Yield a refusal for each call of a function that has neither an endpoint nor a NAT gateway."""
    del synthesized  # endpoints and grants are read from the tree, which knows what belongs to which network
    for call, missing in unreachable_calls(calls_of([role]), endpoints_in(workload, vpc)):
        yield refusal(
            path_of(workload),
            "vpc",
            f"a network with an endpoint for {missing}",
            f"one with neither it nor a NAT gateway: {call.action} would hang",
            "add the endpoint, or give the network a NAT gateway",
            rule="isolated-call",
        )


def _service(name: Any) -> str:
    """Return `ecr.api` of `com.amazonaws.<region>.ecr.api`, whether or not the region is known."""
    if isinstance(name, dict):
        return str(name["Fn::Join"][1][-1]).lstrip(".")
    return re.sub(r"^(?:cn\.)?com\.amazonaws\.[a-z0-9-]+\.", "", str(name))
