"""A group of instances that consumes a queue."""

from pathlib import Path

import pytest

from wellmade.check.run import check
from wellmade.graph import load

TEMPLATE = """
Resources:
  Fleet:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      MinSize: "1"
      MaxSize: "9"
      LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: "1"}
      GROUPS
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        IamInstanceProfile: {Arn: !GetAtt Profile.Arn}
        MetadataOptions: {HttpTokens: required}
  Profile:
    Type: AWS::IAM::InstanceProfile
    Properties: {Roles: [!Ref Role]}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: Work
          PolicyDocument:
            Statement: [{Effect: Allow, Action: "ACTION", Resource: !GetAtt Work.Arn}]
  Work: {Type: AWS::SQS::Queue}
  Scaling:
    Type: AWS::AutoScaling::ScalingPolicy
    Properties:
      AutoScalingGroupName: !Ref Fleet
      TargetTrackingConfiguration:
        TargetValue: 60
        PredefinedMetricSpecification: {PredefinedMetricType: METRIC}
"""
CPU, NETWORK = "ASGAverageCPUUtilization", "ASGAverageNetworkIn"


@pytest.mark.parametrize(
    ("action", "metric", "groups", "found"),
    [
        ("sqs:ReceiveMessage", CPU, "", ["Scaling"]),
        ("sqs:SendMessage", CPU, "", []),
        ("sqs:ReceiveMessage", NETWORK, "", []),
        (
            "sqs:ReceiveMessage",
            CPU,
            "TargetGroupARNs: [arn:aws:elasticloadbalancing:x:1:targetgroup/a/b]",
            [],
        ),
    ],
)
def test_it_scales_on_the_queue(
    tmp_path: Path, action: str, metric: str, groups: str, found: list[str]
) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE.replace("ACTION", action).replace("METRIC", metric).replace("GROUPS", groups))
    assert [each.resource for each in check(load([file])) if each.rule == "cpu-scaled-consumer"] == found


def test_a_mix_of_types_has_its_launch_template_elsewhere(tmp_path: Path) -> None:
    one = 'LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: "1"}'
    mixed = f"MixedInstancesPolicy: {{LaunchTemplate: {{{one.replace('LaunchTemplate:', 'LaunchTemplateSpecification:')}}}}}"
    text = TEMPLATE.replace(one, mixed).replace("ACTION", "sqs:ReceiveMessage").replace("METRIC", CPU)
    file = tmp_path / "template.yaml"
    file.write_text(text.replace("GROUPS", ""))
    assert "cpu-scaled-consumer" in {each.rule for each in check(load([file]))}


ISOLATED = """
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  Routes: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Association:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {SubnetId: !Ref Subnet, RouteTableId: !Ref Routes}
"""


def test_instances_without_a_way_out_need_endpoints(tmp_path: Path) -> None:
    text = TEMPLATE.replace("ACTION", "sqs:ReceiveMessage").replace("METRIC", NETWORK)
    file = tmp_path / "template.yaml"
    file.write_text(text.replace("GROUPS", "VPCZoneIdentifier: [!Ref Subnet]") + ISOLATED)
    [found] = [each for each in check(load([file])) if each.rule == "isolated-call"]
    assert (found.resource, "sqs" in found.message) == ("Fleet", True)
