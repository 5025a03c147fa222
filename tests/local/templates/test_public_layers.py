"""Functions import what AWS's public layers of Powertools hold, however the template names these."""

import json
from pathlib import Path

import pytest

from wellmade.local.server import LocalCloud
from wellmade.local.templates.deploying import deploy_templates

pytestmark = pytest.mark.local

TEMPLATE = """
Parameters:
  Newest:
    Type: AWS::SSM::Parameter::Value<String>
    Default: /aws/service/powertools/python/x86_64/python3.13/latest
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: lambda.amazonaws.com}}]
  Named: &python
    Type: AWS::Lambda::Function
    Properties: &properties
      Runtime: python3.13
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Layers: [!Sub "arn:aws:lambda:${AWS::Region}:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-x86_64:7"]
      Code:
        ZipFile: |
          import aws_lambda_powertools, pydantic
          def handler(event, context):
              return aws_lambda_powertools.__file__
  Parameter:
    <<: *python
    Properties:
      <<: *properties
      Layers: [!Ref Newest]
  First:
    <<: *python
    Properties:
      <<: *properties
      Layers: [!Sub "arn:aws:lambda:${AWS::Region}:017000801446:layer:AWSLambdaPowertoolsPython:3"]
  Node:
    <<: *python
    Properties:
      <<: *properties
      Runtime: nodejs22.x
      Layers: [!Sub "arn:aws:lambda:${AWS::Region}:094274105915:layer:AWSLambdaPowertoolsTypeScriptV2:41"]
      Code:
        ZipFile: |
          const { Logger } = require("@aws-lambda-powertools/logger");
          exports.handler = async () => [typeof new Logger().info, require.resolve("@aws-lambda-powertools/logger")].join(" ");
Outputs:
  Named: {Value: !Ref Named}
  Parameter: {Value: !Ref Parameter}
  First: {Value: !Ref First}
  Node: {Value: !Ref Node}
"""


@pytest.mark.scan
def test_functions_import_what_the_layers_of_powertools_hold(cloud: LocalCloud, tmp_path: Path) -> None:
    file = tmp_path / "layered.yaml"
    file.write_text(TEMPLATE)

    deployment = deploy_templates(cloud, [file], parameters={}, report=print)

    assert not any("layer" in gap for gap in deployment.not_simulated)
    functions = cloud.client("lambda")
    for name, begin in (
        ("Named", "/opt/python/"),
        ("Parameter", "/opt/python/"),
        ("First", "/opt/python/"),
        ("Node", "function /opt/nodejs/"),
    ):
        answer = functions.invoke(FunctionName=deployment.outputs["layered"][name])
        said = answer["Payload"].read().decode()
        assert "FunctionError" not in answer, said
        assert str(json.loads(said)).startswith(begin), said
