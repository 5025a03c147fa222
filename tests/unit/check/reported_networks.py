"""Pairs about the way through a network: lists, gateways, endpoints and their policies."""

from tests.unit.check.reported import Pair

NETWORK = """
  Net: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Net, CidrBlock: 10.0.0.0/24}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Net, CidrBlock: 10.0.1.0/24}}
  S1: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: a, VpcId: !Ref Net}}
  Out: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Net}}
  OutOfA: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref A, RouteTableId: !Ref Out}}"""
DATABASE = """
  S2:
    Type: AWS::EC2::SecurityGroup
    Properties:
      {GroupDescription: b, VpcId: !Ref Net, SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 5432, ToPort: 5432,
       SourceSecurityGroupId: !GetAtt S1.GroupId}]}
  SG: {Type: AWS::RDS::DBSubnetGroup, Properties: {DBSubnetGroupDescription: d, SubnetIds: [!Ref B]}}
  D:
    Type: AWS::RDS::DBInstance
    Properties: {Engine: postgres, VPCSecurityGroups: [!GetAtt S2.GroupId], DBSubnetGroupName: !Ref SG}"""
FUNCTION = """
  F:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt R.Arn
      VpcConfig: {SubnetIds: [!Ref A], SecurityGroupIds: [!GetAtt S1.GroupId]}
      Environment: {Variables: {HOST: %s}}
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]}
      Policies: [{PolicyName: p, PolicyDocument: {Statement: [{Effect: Allow, Action: %s, Resource: %s}]}}]"""
CONNECTS = FUNCTION % ("!GetAtt D.Endpoint.Address", "logs:PutLogEvents", '"*"')
LIST = """
  L: {Type: AWS::EC2::NetworkAcl, Properties: {VpcId: !Ref Net}}
  OfB: {Type: AWS::EC2::SubnetNetworkAclAssociation, Properties: {SubnetId: !Ref %s, NetworkAclId: !Ref L}}"""
ENTRY = """
  E%s:
    Type: AWS::EC2::NetworkAclEntry
    Properties: {NetworkAclId: !Ref L, RuleNumber: %s, Protocol: %s, RuleAction: %s, Egress: %s, CidrBlock: %s%s}"""
SERVICE = """
  T:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions: [{Name: c, Image: !Sub "${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/c:1"}]
  W:
    Type: AWS::ECS::Service
    Properties:
      LaunchType: FARGATE
      TaskDefinition: !Ref T
      NetworkConfiguration:
        AwsvpcConfiguration: {Subnets: [!Ref A], SecurityGroups: [!GetAtt S1.GroupId]%s}"""
TO_INTERNET = """
  Gate: {Type: AWS::EC2::InternetGateway}
  Way:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Out, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gate}"""
GATEWAY = """
  V:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Net
      ServiceName: !Sub com.amazonaws.${AWS::Region}.s3
      RouteTableIds: [!Ref Out]
      PolicyDocument: {Statement: [%s]}"""
ALLOWS = '{Effect: Allow, Principal: "*", Action: s3:GetObject, Resource: %s}'
BUCKET = "\n  P: {Type: AWS::S3::Bucket, Properties: {BucketName: shop-photos}}"


def _entry(name: str, number: int, way: str, action: str, *, ports: str = "", protocol: str = "6") -> str:
    first, _, last = ports.partition("-")
    opened = f", PortRange: {{From: {first}, To: {last}}}" if ports else ""
    return ENTRY % (name, number, protocol, action, way, "0.0.0.0/0", opened)


def network_pairs() -> list[Pair]:
    """Return the pairs."""
    listens = _entry("I", 100, "false", "allow", ports="[[5432||443]]-[[5432||443]]")
    answers = _entry("O", 100, "true", "allow", ports="[[1024||32]]-[[65535||443]]")
    opened = _entry("I", 100, "false", "allow", protocol="-1") + _entry(
        "O", 100, "true", "allow", protocol="-1"
    )
    closed = opened.replace("RuleAction: allow", "RuleAction: [[allow||deny]]")
    reads = FUNCTION % ("x", "s3:GetObject", '!Sub "${P.Arn}/*"')
    layers = "arn:aws:s3:::[[prod-eu-west-1-starport-layer-bucket||shop-photos]]/*"
    groups_only = """
  S1: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: a, VpcId: !Ref Net, SecurityGroupEgress: [
    {IpProtocol: tcp, FromPort: 443, ToPort: 443, DestinationSecurityGroupId: !GetAtt S3.GroupId}
    [[, {IpProtocol: tcp, FromPort: 443, ToPort: 443, DestinationPrefixListId: pl-1}||]]]}}
  S3: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: c, VpcId: !Ref Net}}"""
    first = NETWORK.splitlines()[4]
    nat = """
  N: {Type: AWS::EC2::NatGateway, Properties: {SubnetId: !Ref [[A||B]], AllocationId: e}}"""
    reaches = LIST % "B" + _entry("O", 100, "true", "allow", protocol="-1")
    return [
        Pair("scalar-labs/scalar-kubernetes#165", "network-acl",
             NETWORK + DATABASE + CONNECTS + LIST % "B" + _entry("I", 100, "false", "allow", protocol="-1") + answers),
        Pair("CMSgov/beneficiary-fhir-data#564", "network-acl", NETWORK + DATABASE + CONNECTS + reaches + listens),
        Pair("clouddrove/terraform-aws-subnet#103", "network-acl",
             NETWORK + FUNCTION % ("x", "sqs:SendMessage", '"*"') + LIST % "A" + closed),
        Pair("juspay/hyperswitch-suite#211", "network-acl",
             NETWORK + DATABASE + CONNECTS + LIST % "A" + f"[[{opened}||]]"),
        Pair("HHS/simpler-grants-gov#1062", "nat-subnet", NETWORK + TO_INTERNET + nat),
        Pair("nikovirtala/cdk-github-actions-runner#3", "endpoint-set",
             NETWORK + TO_INTERNET + SERVICE % ", AssignPublicIp: [[ENABLED||DISABLED]]"),
        Pair("awsdocs/amazon-ecr-user-guide#8", "endpoint-policy",
             NETWORK + SERVICE % "" + GATEWAY % ALLOWS % f'"{layers}"'),
        Pair("terraform-aws-modules/terraform-aws-vpc#1197", "endpoint-policy",
             NETWORK + BUCKET + reads + GATEWAY % ('{Effect: Deny, Principal: "*", Action: s3:Delete*, Resource: "*"}[[, '
                                                   + ALLOWS % '"*"' + "||]]")),
        Pair("GuardBench/guardbench-iac#4", "endpoint-port",
             NETWORK.replace(f"\n{first}", groups_only) + SERVICE % "" + GATEWAY % ALLOWS % '"*"'),
    ]  # fmt: skip
