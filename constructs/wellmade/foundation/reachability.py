"""Which calls of a workload have a way to the service that answers them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aws_cdk import aws_ec2 as ec2
from constructs import IConstruct

from wellmade.foundation.tree import stack_of
from wellmade.foundation.workload_role import WorkloadRole

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


def calls_of(workload: IConstruct) -> list[Call]:
    """Return the calls that the roles of a workload allow and that leave through its network interface.

    What Lambda itself does for a function, such as writing its log, does not; what the ECS agent does for a
    task does.
    """
    roles = [child for child in workload.node.find_all() if isinstance(child, WorkloadRole)]
    return sorted(
        {
            Call(action, _needs(action))
            for role in roles
            for grant in role.granted
            if not (role.is_of_lambda and grant.called_by)
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


def hanging(calls: Iterable[Call], endpoints: set[str]) -> Iterator[tuple[Call, str]]:
    """Yield the calls that would hang without a way out, each with the first endpoint that it lacks."""
    for call in calls:
        missing = next((service for service in call.needs if service not in endpoints), None)
        if missing:
            yield call, missing


def _service(name: object) -> str:
    """Return `ecr.api` of `com.amazonaws.<region>.ecr.api`, whether or not the region is known."""
    if isinstance(name, dict):
        return str(name["Fn::Join"][1][-1]).lstrip(".")
    return re.sub(r"^com\.amazonaws\.[a-z0-9-]+\.", "", str(name))
