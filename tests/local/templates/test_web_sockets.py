"""Routes of a WebSocket API call services by themselves, and answer only where they have a response."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.local.web_socket import WebSocket
from wellmade.local.server import LocalCloud
from wellmade.local.templates.deploying import deploy_templates

pytestmark = pytest.mark.local

TEMPLATE = """
Resources:
  Sessions:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
  Inbox: {Type: AWS::SQS::Queue}
  ApiRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: apigateway.amazonaws.com}}]
      Policies:
        - PolicyName: calls
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: [dynamodb:PutItem, dynamodb:DeleteItem], Resource: !GetAtt Sessions.Arn}
  FunctionRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: lambda.amazonaws.com}}]
      Policies:
        - PolicyName: asks
          PolicyDocument:
            Statement:
              Effect: Allow
              Action: lambda:InvokeFunction
              Resource: !Sub "arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:talk-fails"
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: talk, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action}}
  Stage: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Api, StageName: live, AutoDeploy: true}}
  Opened:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS
      IntegrationMethod: POST
      IntegrationUri: !Sub "arn:aws:apigateway:${AWS::Region}:dynamodb:action/PutItem"
      CredentialsArn: !GetAtt ApiRole.Arn
      RequestTemplates:
        $default: !Sub |
          {"TableName": "${Sessions}", "Item": {"id": {"S": "$context.connectionId"},
           "who": {"S": "$input.params('who')"}, "said": {"S": "$input.params().get('header').get('X-Said')"},
           "asked": {"S": "$input.params().get('querystring')"}}}
  Closed:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS
      IntegrationMethod: POST
      IntegrationUri: !Sub "arn:aws:apigateway:${AWS::Region}:dynamodb:action/DeleteItem"
      CredentialsArn: !GetAtt ApiRole.Arn
      RequestTemplates:
        $default: !Sub '{"TableName": "${Sessions}", "Key": {"id": {"S": "$context.connectionId"}}}'
  Refused:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS
      IntegrationMethod: POST
      IntegrationUri: !Sub "arn:aws:apigateway:${AWS::Region}:sqs:action/SendMessage"
      CredentialsArn: !GetAtt ApiRole.Arn
      RequestTemplates:
        $default: !Sub '{"QueueUrl": "${Inbox}", "MessageBody": "$input.body"}'
  Echo:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Timeout: 20
      Role: !GetAtt FunctionRole.Arn
      Code:
        ZipFile: |
          import boto3, json
          def handler(event, context):
              if "in vain" in event["body"]:
                  asked = json.dumps(event)
                  answer = boto3.client("lambda").invoke(FunctionName="talk-fails", Payload=asked)
                  return {"statusCode": 200, "body": "asked in vain: " + answer.get("FunctionError", "")}
              if "secret" in event["body"]:
                  raise ValueError("the password of the database is 4711")
              return {"statusCode": 200, "body": event["body"]}
  Fails:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: talk-fails
      Runtime: python3.13
      Handler: index.handler
      Role: !GetAtt FunctionRole.Arn
      Code: {ZipFile: "def handler(event, context): raise ValueError(event)"}
  Called:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS_PROXY
      IntegrationUri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Echo.Arn}/invocations"
  Permission:
    Type: AWS::Lambda::Permission
    Properties: {Action: lambda:InvokeFunction, FunctionName: !Ref Echo, Principal: apigateway.amazonaws.com}
  Connect: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: $connect, Target: !Sub "integrations/${Opened}"}}
  Disconnect: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: $disconnect, Target: !Sub "integrations/${Closed}"}}
  Silent: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: silent, Target: !Sub "integrations/${Called}"}}
  Loud: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: loud, Target: !Sub "integrations/${Called}"}}
  Denied: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: denied, Target: !Sub "integrations/${Refused}"}}
  LoudResponse: {Type: AWS::ApiGatewayV2::RouteResponse, Properties: {ApiId: !Ref Api, RouteId: !Ref Loud, RouteResponseKey: $default}}
  DeniedResponse: {Type: AWS::ApiGatewayV2::RouteResponse, Properties: {ApiId: !Ref Api, RouteId: !Ref Denied, RouteResponseKey: $default}}
Outputs:
  Url: {Value: !Sub "wss://${Api}.execute-api.${AWS::Region}.amazonaws.com/live"}
  Table: {Value: !Ref Sessions}
"""


def what_aws_says(received: str | None) -> str:
    """Return the message, beside which there are two ids and nothing else."""
    said = json.loads(received or "{}")
    assert said.keys() == {"message", "connectionId", "requestId"}
    return str(said["message"])


def test_routes_call_services_and_answer_where_they_should(
    cloud: LocalCloud, tmp_path: Path, eventually: Callable[..., None]
) -> None:
    file = tmp_path / "talk.yaml"
    file.write_text(TEMPLATE)
    deployment = deploy_templates(cloud, [file], parameters={}, report=print)
    outputs, tables = deployment.outputs["talk"], cloud.client("dynamodb")
    assert not [line for line in (*deployment.dropped, *deployment.not_simulated) if "ApiGatewayV2" in line]

    with WebSocket(f"{outputs['Url']}?who=me") as client:
        assert client.status == 101
        [item] = tables.scan(TableName=outputs["Table"])["Items"]
        assert (item["who"], item["said"]) == ({"S": "me"}, {"S": "hello"})
        assert item["asked"] == {"S": "{who=me}"}

        client.send(json.dumps({"action": "loud"}))
        assert client.receive() == '{"action": "loud"}'
        client.send(json.dumps({"action": "denied"}))
        assert "AccessDenied" in (client.receive() or "")
        client.send(json.dumps({"action": "silent"}))
        assert client.receive(3) is None

        for route in ("loud", "silent"):
            client.send(json.dumps({"action": route, "secret": True}))
            assert what_aws_says(client.receive()) == "Internal server error"
        client.send(json.dumps({"action": "loud", "ask": "in vain"}))
        # It gives its own answer, though another function failed for the same event.
        assert client.receive() == "asked in vain: Unhandled"
        client.send(json.dumps({"action": "nowhere"}))
        assert what_aws_says(client.receive()) == "Forbidden"

    eventually(lambda: not tables.scan(TableName=outputs["Table"])["Items"])
