"""What services do for each other in a template that knows no function: as its API, its pipes and its workflows."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from wellmade.local.server import LocalCloud
from wellmade.local.templates.deploying import deploy_templates

pytestmark = pytest.mark.local

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {Service: [apigateway.amazonaws.com, pipes.amazonaws.com, states.amazonaws.com]}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: only-what-is-needed
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: "sqs:*", Resource: [!GetAtt Orders.Arn, !GetAtt Local.Arn]}
              - {Effect: Allow, Action: "kinesis:*", Resource: !GetAtt Clicks.Arn}
              - {Effect: Allow, Action: "s3:GetObject", Resource: !Sub "${Files.Arn}/*"}
              - Effect: Allow
                Action: states:StartSyncExecution
                Resource: !Sub "arn:aws:states:${AWS::Region}:${AWS::AccountId}:stateMachine:*"
  Orders: {Type: AWS::SQS::Queue}
  Local: {Type: AWS::SQS::Queue}
  Files: {Type: AWS::S3::Bucket}
  Clicks: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Log: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: workflow-log}}
  Workflow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      StateMachineName: workflow
      StateMachineType: EXPRESS
      RoleArn: !GetAtt Role.Arn
      DefinitionString: '{"StartAt": "Say", "States": {"Say": {"Type": "Pass", "End": true}}}'
      LoggingConfiguration:
        Level: ALL
        IncludeExecutionData: true
        Destinations: [{CloudWatchLogsLogGroup: {LogGroupArn: !GetAtt Log.Arn}}]
  Enrichment:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      StateMachineName: enrichment
      StateMachineType: EXPRESS
      RoleArn: !GetAtt Role.Arn
      DefinitionString: '{"StartAt": "Read", "States": {"Read": {"Type": "Pass", "End": true,
        "Parameters": [{"order.$": "States.StringToJson($.[0].body)"}]}}}'
  FromStream:
    Type: AWS::Pipes::Pipe
    Properties:
      RoleArn: !GetAtt Role.Arn
      Source: !GetAtt Clicks.Arn
      SourceParameters:
        KinesisStreamParameters: {StartingPosition: TRIM_HORIZON}
        FilterCriteria: {Filters: [{Pattern: '{"data": {"kind": ["click"]}}'}]}
      Target: !Ref Workflow
      TargetParameters: {InputTemplate: '{"page": <$.data.page>}'}
  FromQueue:
    Type: AWS::Pipes::Pipe
    Properties:
      RoleArn: !GetAtt Role.Arn
      Source: !GetAtt Orders.Arn
      SourceParameters:
        FilterCriteria: {Filters: [{Pattern: '{"body": {"ip": [{"cidr": "10.0.0.0/24"}]}}'}]}
      Enrichment: !Ref Enrichment
      TargetParameters: {InputTemplate: '{"from": <$.order.ip>, "said": "it is <$.order.ip>"}'}
      Target: !GetAtt Local.Arn
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      DefinitionBody:
        openapi: "3.0.1"
        info: {title: orders, version: "1"}
        x-amazon-apigateway-request-validators:
          body: {validateRequestBody: true}
          all: {validateRequestBody: true, validateRequestParameters: true}
        components:
          schemas: {Order: {type: object, required: [ip], properties: {ip: {type: string}}}}
          parameters: {Who: {name: who, in: header, required: true, schema: {type: string}}}
          requestBodies:
            Clicked:
              content:
                application/json:
                  schema:
                    {type: object, required: [order], properties: {order: {$ref: "#/components/schemas/Order"}}}
        paths:
          /clicks:
            parameters: [{$ref: "#/components/parameters/Who"}]
            put:
              x-amazon-apigateway-request-validator: all
              requestBody: {$ref: "#/components/requestBodies/Clicked"}
              responses: {"200": {description: OK}}
              x-amazon-apigateway-integration:
                type: mock
                requestTemplates: {application/json: '{"statusCode": 200}'}
                responses: {default: {statusCode: "200"}}
          /files/{key+}:
            get:
              responses: {"200": {description: OK}}
              x-amazon-apigateway-integration:
                type: aws
                httpMethod: GET
                uri: !Sub "arn:aws:apigateway:${AWS::Region}:s3:path/${Files}/{key}"
                credentials: !GetAtt Role.Arn
                requestParameters: {integration.request.path.key: method.request.path.key}
                responses:
                  default:
                    statusCode: "200"
                    responseParameters:
                      method.response.header.Content-Type: integration.response.header.Content-Type
                      method.response.header.Nothing: integration.response.header.X-Nothing
          /orders:
            post:
              x-amazon-apigateway-request-validator: body
              requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
              responses: {"202": {description: Accepted}}
              x-amazon-apigateway-integration:
                type: aws
                httpMethod: POST
                uri: !Sub "arn:aws:apigateway:${AWS::Region}:sqs:path/${AWS::AccountId}/${Orders.QueueName}"
                credentials: !GetAtt Role.Arn
                requestParameters:
                  integration.request.header.Content-Type: "'application/x-www-form-urlencoded'"
                requestTemplates:
                  application/json: Action=SendMessage&MessageBody=$util.urlEncode($input.body)
                responses:
                  default: {statusCode: "202", responseTemplates: {application/json: '{"taken": true}'}}
          /anything:
            x-amazon-apigateway-any-method:
              responses: {"200": {description: OK}}
              x-amazon-apigateway-integration:
                type: mock
                requestTemplates: {application/json: '{"statusCode": 200}'}
                responses: {default: {statusCode: "200"}}
Outputs:
  Url: {Value: !Sub "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/live"}
  Local: {Value: !Ref Local}
  Files: {Value: !Ref Files}
  Clicks: {Value: !Ref Clicks}
"""


@pytest.fixture(scope="module")
def outputs(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The outputs of the template, deployed."""
    file = tmp_path_factory.mktemp("services") / "services.yaml"
    file.write_text(TEMPLATE)
    deployment = deploy_templates(cloud, [file], parameters={}, report=print)
    assert deployment.dropped == []
    return deployment.outputs["services"]


def sent(url: str, method: str, body: Any = None, **headers: str) -> tuple[int, str]:
    """What an address answers."""
    data = json.dumps(body).encode() if body is not None else None
    headers = {"Content-Type": "application/json", **headers}
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - of this cloud
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_body_names_services_models_and_every_method(outputs: dict[str, str]) -> None:
    assert sent(f"{outputs['Url']}/orders", "POST", {"ip": "192.168.0.1"}) == (202, '{"taken": true}')
    assert sent(f"{outputs['Url']}/orders", "POST", {"name": "without"})[0] == 400
    assert sent(f"{outputs['Url']}/anything", "DELETE")[0] == 200


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ({"order": {"ip": "10.0.0.1"}}, {"who": "me"}, 200),
        ({"order": {"ip": "10.0.0.1"}}, {}, 400),
        ({"order": {}}, {"who": "me"}, 400),
        ({}, {"who": "me"}, 400),
    ],
)
def test_a_body_names_schemas_in_place_and_parameters_elsewhere(
    outputs: dict[str, str], body: Any, headers: dict[str, str], status: int
) -> None:
    assert sent(f"{outputs['Url']}/clicks", "PUT", body, **headers)[0] == status


def test_an_api_reads_an_object_below_a_folder_and_takes_its_headers(
    cloud: LocalCloud, outputs: dict[str, str]
) -> None:
    cloud.client("s3").put_object(
        Bucket=outputs["Files"], Key="of 2026/may.txt", Body=b"warm", ContentType="text/x-weather"
    )

    with urllib.request.urlopen(f"{outputs['Url']}/files/of%202026/may.txt", timeout=20) as answer:  # noqa: S310 - of this cloud
        assert answer.read() == b"warm"
        assert answer.headers["Content-Type"] == "text/x-weather"
        assert "Nothing" not in answer.headers


def test_a_pipe_filters_by_address_and_enriches_by_a_workflow(
    cloud: LocalCloud, outputs: dict[str, str], eventually: Callable[..., None]
) -> None:
    received: list[Any] = []

    def arrived() -> bool:
        answer = cloud.client("sqs").receive_message(QueueUrl=outputs["Local"])
        received.extend(json.loads(message["Body"]) for message in answer.get("Messages", []))
        return bool(received)

    for address in ("10.0.1.1", "10.0.0.7"):
        assert sent(f"{outputs['Url']}/orders", "POST", {"ip": address})[0] == 202

    eventually(arrived)
    assert received == [{"from": "10.0.0.7", "said": "it is 10.0.0.7"}]


def test_a_pipe_reads_one_stream_and_runs_a_workflow_that_writes_its_log(
    cloud: LocalCloud, outputs: dict[str, str], eventually: Callable[..., None]
) -> None:
    for kind in ("scroll", "click"):
        data = json.dumps({"kind": kind, "page": f"/of-{kind}"}).encode()
        cloud.client("kinesis").put_record(StreamName=outputs["Clicks"], Data=data, PartitionKey="1")

    def logged() -> str:
        events = cloud.client("logs").filter_log_events(logGroupName="workflow-log")["events"]
        return " ".join(event["message"] for event in events)

    wanted = ("ExecutionStarted", "ExecutionSucceeded", "/of-click")
    eventually(lambda: all(each in logged() for each in wanted), otherwise=logged)
    assert "/of-scroll" not in logged()
