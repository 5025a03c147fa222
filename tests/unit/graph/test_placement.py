"""Where something runs, how its subnets reach the internet, which endpoints they have."""

from collections.abc import Callable

import pytest

from wellmade.graph import Exit, Graph

TEMPLATE = """
Resources:
  Vpc: {Type: AWS::EC2::VPC}
  Public: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc}}
  Private: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc}}
  Isolated: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc}}
  Bare: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc}}
  Foreign: {Type: AWS::EC2::Subnet, Properties: {VpcId: vpc-1}}
  T1: {Type: AWS::EC2::RouteTable}
  T2: {Type: AWS::EC2::RouteTable}
  T3: {Type: AWS::EC2::RouteTable}
  A1: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Public, RouteTableId: !Ref T1}}
  A2: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Private, RouteTableId: !Ref T2}}
  A3: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Isolated, RouteTableId: !Ref T3}}
  R1: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref T1, DestinationCidrBlock: 0.0.0.0/0, GatewayId: igw}}
  R2: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref T2, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: nat}}
  R3: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref T3, DestinationCidrBlock: 10.1.0.0/16, GatewayId: x}}
  S3:
    Type: AWS::EC2::VPCEndpoint
    Properties: {VpcId: !Ref Vpc, ServiceName: !Sub 'com.amazonaws.${AWS::Region}.s3', RouteTableIds: [!Ref T3]}
  Ecr:
    Type: AWS::EC2::VPCEndpoint
    Properties: {VpcId: !Ref Vpc, ServiceName: com.amazonaws.eu-west-1.ecr.api, VpcEndpointType: Interface}
  Quiet:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      {VpcId: !Ref Vpc, ServiceName: com.amazonaws.eu-west-1.sqs, VpcEndpointType: Interface, PrivateDnsEnabled: false}
  Group: {Type: AWS::EC2::SecurityGroup}
  F:
    Type: AWS::Lambda::Function
    Properties: {VpcConfig: {SubnetIds: SUBNETS, SecurityGroupIds: [!Ref Group]}}
"""

CASES = [
    ("[!Ref Public]", {Exit.INTERNET_GATEWAY}, {"ecr.api"}, True),
    ("[!Ref Private]", {Exit.NAT}, {"ecr.api"}, True),
    ("[!Ref Isolated]", {Exit.NONE}, {"ecr.api", "s3"}, True),
    ("[!Ref Bare]", {Exit.NONE}, {"ecr.api"}, True),
    ("[!Ref Isolated, !Ref Private]", {Exit.NONE, Exit.NAT}, {"ecr.api"}, True),
    ("[!Ref Isolated, subnet-1]", {Exit.NONE, Exit.UNKNOWN}, {"ecr.api", "s3"}, False),
    ("!ImportValue subnets", {Exit.UNKNOWN}, set(), False),
    ("[!Ref Foreign]", {Exit.UNKNOWN}, set(), False),
]


@pytest.mark.parametrize(("subnets", "exits", "endpoints", "known"), CASES, ids=[case[0] for case in CASES])
def test_placements(
    read: Callable[..., Graph], subnets: str, exits: set[Exit], endpoints: set[str], *, known: bool
) -> None:
    graph = read(s=TEMPLATE.replace("SUBNETS", subnets))
    placement = graph.placement(graph.resources["s/F"])
    assert placement
    assert placement.exits == exits
    assert placement.endpoints == endpoints
    assert placement.endpoints_known is known
    assert placement.security_groups == (graph.resources["s/Group"],)


def test_an_endpoint_of_an_untold_service_leaves_the_endpoints_unknown(read: Callable[..., Graph]) -> None:
    endpoint = (
        "  Other: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref Vpc, ServiceName: !Ref Nothing, "
        "VpcEndpointType: Interface}}\n"
    )
    graph = read(s=TEMPLATE.replace("SUBNETS", "[!Ref Bare]") + endpoint)
    placement = graph.placement(graph.resources["s/F"])
    assert placement
    assert (placement.endpoints, placement.endpoints_known) == (frozenset({"ecr.api"}), False)


def test_what_names_no_subnets_has_no_placement(read: Callable[..., Graph]) -> None:
    graph = read(s="Resources: {F: {Type: AWS::Lambda::Function}, Q: {Type: AWS::SQS::Queue}}")
    assert [graph.placement(resource) for resource in graph.resources.values()] == [None, None]
