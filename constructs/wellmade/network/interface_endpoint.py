"""One interface endpoint: defined here, or found in another stack of the app."""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2
from constructs import Construct, IConstruct

from wellmade.facts.endpoints import service_prefix
from wellmade.kit.lookups import is_unresolved, path_of, root_of, stack_of
from wellmade.kit.reachability import endpoint_resources
from wellmade.kit.synth_checks import Synthesized
from wellmade.network.gateway_endpoints import own_account_only


def define_endpoint(
    scope: Construct,
    service: str,
    *,
    vpc: ec2.IVpc,
    subnets: Sequence[ec2.ISubnet],
    group: ec2.SecurityGroup,
) -> ec2.InterfaceVpcEndpoint:
    """Define an endpoint with a private name, for this account's credentials alone."""
    endpoint = ec2.InterfaceVpcEndpoint(
        scope,
        "".join(part.title() for part in service.replace(".", "-").split("-")),
        vpc=vpc,
        service=_of_partition(scope, service),
        subnets=ec2.SubnetSelection(subnets=subnets),
        security_groups=[group],
        private_dns_enabled=True,
        open=False,
    )
    endpoint.add_to_policy(own_account_only(scope, "*", "aws:PrincipalAccount"))
    return endpoint


def _of_partition(scope: Construct, service: str) -> ec2.InterfaceVpcEndpointAwsService:
    """Return the service as its partition calls it; where the partition is not known, as most do."""
    partition = stack_of(scope).partition
    if is_unresolved(partition):
        return ec2.InterfaceVpcEndpointAwsService(service)
    return ec2.InterfaceVpcEndpointAwsService(service, service_prefix(service, partition))


def defined_endpoint(scope: IConstruct, vpc: ec2.IVpc, service: str) -> ec2.InterfaceVpcEndpoint | None:
    """Return the endpoint that a stack of the app has for a service in a network; None if none has."""
    paths = {path_of(resource) for name, resource in endpoint_resources(scope, vpc) if name == service}
    for child in root_of(scope).node.find_all() if paths else ():
        if isinstance(child, ec2.InterfaceVpcEndpoint) and f"{child.node.path}/Resource" in paths:
            return child
    return None


def is_private_name(synthesized: Synthesized, resource: ec2.CfnVPCEndpoint) -> bool:
    """Tell whether an endpoint takes the service's own name in its network."""
    properties = synthesized.properties(resource)
    return bool(properties.get("VpcEndpointType") == "Interface" and properties.get("PrivateDnsEnabled"))
