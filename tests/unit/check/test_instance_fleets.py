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
