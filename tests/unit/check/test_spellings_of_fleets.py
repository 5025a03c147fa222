"""Workers, groups and services are judged whichever way their template spells them."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings
from wellmade.check.run import check
from wellmade.graph import load

WORKER = """
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: ec2.amazonaws.com}}]
      %s
  Profile: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref Role]}}
  Start:
    Type: AWS::AutoScaling::LaunchConfiguration
    Properties: {ImageId: ami-1, InstanceType: t3.micro, IamInstanceProfile: !Ref Profile}
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties: {MinSize: 1, MaxSize: 4, LaunchConfigurationName: !Ref Start, %s}
  Balancer:
    Type: AWS::ElasticLoadBalancing::LoadBalancer
    Properties: {Listeners: [{LoadBalancerPort: 80, InstancePort: 80, Protocol: HTTP}]}
"""
MANAGED = "ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonSQSFullAccess]"
TRACKS = """
  Up:
    Type: AWS::AutoScaling::ScalingPolicy
    Properties:
      AutoScalingGroupName: !Ref Group
      TargetTrackingConfiguration: {TargetValue: 50, %s}
"""
PREDEFINED = TRACKS % "PredefinedMetricSpecification: {PredefinedMetricType: ASGAverageCPUUtilization}"
CUSTOM = (
    TRACKS
    % "CustomizedMetricSpecification: {Namespace: AWS/EC2, MetricName: CPUUtilization, Statistic: Average}"
)
STEPS = """
  Up:
    Type: AWS::AutoScaling::ScalingPolicy
    Properties: {AutoScalingGroupName: !Ref Group, AdjustmentType: ChangeInCapacity, ScalingAdjustment: 1}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      {Namespace: AWS/%s, MetricName: %s, Statistic: Average, Period: 300, EvaluationPeriods: 2, Threshold: 70,
       ComparisonOperator: GreaterThanThreshold, AlarmActions: [!Ref Up]}
"""


@pytest.mark.parametrize(
    ("policies", "serves", "scaling", "found"),
    [
        (MANAGED, "AvailabilityZones: [a]", CUSTOM, ["Up"]),
        (MANAGED, "AvailabilityZones: [a]", STEPS % ("EC2", "CPUUtilization"), ["Up"]),
        (MANAGED, "AvailabilityZones: [a]", CUSTOM.replace("AWS/EC2", "AWS/RDS"), []),
        (MANAGED, "AvailabilityZones: [a]", CUSTOM.replace("AWS/EC2", "!ImportValue space"), []),
        (MANAGED, "AvailabilityZones: [a]", CUSTOM.replace("AWS/EC2", "Ours/Fleet"), ["Up"]),
        (MANAGED, "AvailabilityZones: [a]", STEPS % ("RDS", "CPUUtilization"), []),
        (MANAGED, "AvailabilityZones: [a]", STEPS % ("SQS", "ApproximateNumberOfMessagesVisible"), []),
        (MANAGED, "LoadBalancerNames: [!Ref Balancer]", PREDEFINED, []),
        (MANAGED, "TrafficSources: [{Identifier: arn:x, Type: elbv2}]", PREDEFINED, []),
        ("ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]", "Cooldown: 9", PREDEFINED, []),
    ],
)
def test_workers_that_scale_by_their_own_load(
    tmp_path: Path, policies: str, serves: str, scaling: str, found: list[str]
) -> None:
    assert _found(tmp_path, "cpu-scaled-consumer", WORKER % (policies, serves) + scaling) == found


TASK = "  Task: {Type: AWS::ECS::TaskDefinition, Properties: {ContainerDefinitions: [{Name: a, Image: b}]}}\n"
CLUSTER = "  Cluster: {Type: AWS::ECS::Cluster%s}\n"
SERVICE = "  Service: {Type: AWS::ECS::Service, Properties: {TaskDefinition: !Ref Task%s}}\n"
HERE = ", Cluster: !Ref Cluster"
SERVES = ", LoadBalancers: [{ContainerName: a, ContainerPort: 80, TargetGroupArn: arn:x}]"
SPOT = "DefaultCapacityProviderStrategy: [{CapacityProvider: FARGATE_SPOT, Weight: 1}]"
DEFAULT = ", Properties: {CapacityProviders: [FARGATE_SPOT], " + SPOT + "}"
NO_WEIGHT = "[{CapacityProvider: FARGATE_SPOT, Weight: 1}, {CapacityProvider: FARGATE, Base: %s}]"


@pytest.mark.parametrize(
    ("rule", "cluster", "service", "found"),
    [
        ("capacity-provider", "", "", ["Service"]),
        ("capacity-provider", "", ", Cluster: !If [Own, !Ref Cluster, theirs]", []),
        ("capacity-provider", DEFAULT, "", []),
        ("capacity-provider", "", ", LaunchType: FARGATE", []),
        ("capacity-provider", "", ", LaunchType: EC2, CapacityProviderStrategy: []", ["Service"]),
        ("spot-without-base", DEFAULT, SERVES, ["Service"]),
        ("spot-without-base", DEFAULT, SERVES + ", LaunchType: FARGATE", []),
        ("spot-without-base", "", f"{SERVES}, CapacityProviderStrategy: {NO_WEIGHT % 0}", ["Service"]),
        ("spot-without-base", "", f"{SERVES}, CapacityProviderStrategy: {NO_WEIGHT % 2}", []),
    ],
)
def test_where_services_run(tmp_path: Path, rule: str, cluster: str, service: str, found: list[str]) -> None:
    placed = service if "Cluster:" in service else service + HERE
    assert _found(tmp_path, rule, TASK + CLUSTER % cluster + SERVICE % placed) == found


def test_who_says_that_a_service_runs_on_spot_is_told(tmp_path: Path) -> None:
    """The service itself has no strategy to look at."""
    file = tmp_path / "template.yaml"
    file.write_text("Resources:\n" + TASK + CLUSTER % DEFAULT + SERVICE % (SERVES + HERE))
    [told] = [each.message for each in check(load([file])) if each.rule == "spot-without-base"]
    assert told == "runs on FARGATE_SPOT alone, as its cluster's default strategy says, and serves traffic"


@pytest.mark.parametrize(
    ("image", "found"),
    [
        ("/aws/service/ecs/optimized-ami/amazon-linux-2/recommended/image_id", ["Start"]),
        ("/aws/service/eks/optimized-ami/1.31/amazon-linux-2-gpu/recommended/image_id", ["Start"]),
        ("/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id", []),
    ],
)
def test_images_that_do_not_ask_for_a_token(tmp_path: Path, image: str, found: list[str]) -> None:
    data = f"ImageId: '{{{{resolve:ssm:{image}}}}}', IamInstanceProfile: {{Name: x}}"
    start = f"  Start: {{Type: AWS::EC2::LaunchTemplate, Properties: {{LaunchTemplateData: {{{data}}}}}}}\n"
    assert _found(tmp_path, "imds-v2", start) == found


ROLE = """
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: %s}]
      Policies:
        - PolicyName: work
          PolicyDocument:
            Statement: [{Effect: Allow, Action: ["ecs:Register*", "sqs:SendMessage"], Resource: "*"}]
"""


@pytest.mark.parametrize(
    ("who", "found"),
    [
        ("{Service: [ec2.amazonaws.com]}", ["Role"]),
        ("{Service: !Sub 'ec2.${AWS::URLSuffix}'}", ["Role"]),
        ("{Service: !ImportValue who}", ["Role"]),
        ("{Service: [codebuild.amazonaws.com]}", []),
        ("{Federated: !Sub 'arn:aws:iam::${AWS::AccountId}:oidc-provider/token.example.com'}", []),
        ("{AWS: arn:aws:iam::111122223333:root}", []),
    ],
)
def test_roles_of_container_instances(tmp_path: Path, who: str, found: list[str]) -> None:
    assert _found(tmp_path, "instance-role-permissions", ROLE % who) == found


SHELL = """
  Instance: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-1, SecurityGroupIds: [!Ref Group]}}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: x
      SecurityGroupIngress: {IpProtocol: TCP, FromPort: "22", ToPort: 22, %s}
"""


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("CidrIp: 0.0.0.0/1", ["Group"]),
        ("CidrIpv6: '0::/0'", ["Group"]),
        ("CidrIp: 10.0.0.0/8", []),
        ("CidrIpv6: 'fc00::/7'", []),
    ],
)
def test_ranges_that_mean_everybody(tmp_path: Path, source: str, found: list[str]) -> None:
    assert _found(tmp_path, "ssh-open", SHELL % source) == found


def test_the_range_is_told_as_it_is_written(tmp_path: Path) -> None:
    [told] = findings(tmp_path, "ssh-open", SHELL % "CidrIp: 128.0.0.0/1")
    assert told == "Group SSH (22) from every address (128.0.0.0/1)"


@pytest.mark.parametrize(
    ("subnets", "more", "found"),
    [
        ("[s]", "", ["Nodes"]),
        ("[s]", ", SourceSecurityGroups: [sg-1]", []),
        ("[!Ref PrivateSubnetA, !Ref PrivateSubnetB]", "", []),
    ],
)
def test_nodes_with_a_key_to_log_in_with(tmp_path: Path, subnets: str, more: str, found: list[str]) -> None:
    nodes = f"ClusterName: c, NodeRole: r, Subnets: {subnets}, RemoteAccess: {{Ec2SshKey: k{more}}}"
    resource = f"  Nodes: {{Type: AWS::EKS::Nodegroup, Properties: {{{nodes}}}}}\n"
    assert _found(tmp_path, "ssh-open", resource) == found


def _found(folder: Path, rule: str, resources: str) -> list[str]:
    file = folder / "template.yaml"
    file.write_text("Resources:\n" + resources)
    return [each.resource for each in check(load([file])) if each.rule == rule]
