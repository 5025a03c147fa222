"""Stacks of an environment of their own write account, region and partition into ARNs: still the same ones."""

from pathlib import Path

from tests.unit.check.snippets import findings

TASK = """
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: ecs-tasks.amazonaws.com}}]
      Policies:
        - PolicyName: Start
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: ecr:GetAuthorizationToken, Resource: '*'}
              - Effect: Allow
                Action: [ecr:BatchGetImage, ecr:GetDownloadUrlForLayer]
                Resource: !Sub 'arn:${AWS::Partition}:ecr:eu-west-1:111122223333:repository/%s'
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ExecutionRoleArn: !GetAtt Role.Arn
      ContainerDefinitions: [{Name: x, Image: !Sub '111122223333.dkr.ecr.eu-west-1.${AWS::URLSuffix}/shop:1'}]
"""


def test_an_image_of_another_region_is_pulled_by_who_may(tmp_path: Path) -> None:
    assert findings(tmp_path, "task-permission", TASK % "shop") == []


def test_one_of_another_name_is_not(tmp_path: Path) -> None:
    assert findings(tmp_path, "task-permission", TASK % "other") != []
