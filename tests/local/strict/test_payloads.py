"""What is too large for an API, a load balancer, or the function behind it, is refused as on AWS."""

import urllib.error
import urllib.request

import pytest

from wellmade.local.server import LocalCloud
from wellmade.local.templates.deploying import deploy_templates

pytestmark = pytest.mark.local

MEGABYTE = 1024 * 1024
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Count:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      InlineCode: |
        def handler(event, context):
            size = int((event.get("queryStringParameters") or {}).get("size", 0))
            headers = {"Content-Type": "text/plain"}
            return {"statusCode": 200, "headers": headers, "body": "x" * size or str(len(event["body"]))}
      Events:
        Rest: {Type: Api, Properties: {Path: /count, Method: post}}
        Http: {Type: HttpApi, Properties: {Path: /count, Method: post}}
  Allowed:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Count
      Action: lambda:InvokeFunction
      Principal: elasticloadbalancing.amazonaws.com
  Network: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Network, CidrBlock: 10.0.0.0/24}}
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Name: counting, Subnets: [!Ref Subnet]}
  Target:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    DependsOn: Allowed
    Properties: {TargetType: lambda, Targets: [{Id: !GetAtt Count.Arn}]}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 80
      Protocol: HTTP
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Target}]
Outputs:
  Rest: {Value: !Sub "https://${ServerlessRestApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/Prod/count"}
  Http: {Value: !Sub "https://${ServerlessHttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/count"}
"""


@pytest.fixture(scope="module")
def addresses(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Where a function that counts can be reached."""
    file = tmp_path_factory.mktemp("payloads") / "payloads.yaml"
    file.write_text(TEMPLATE)
    outputs = deploy_templates(cloud, [file], parameters={}, report=print).outputs["payloads"]
    return {**outputs, "Balancer": f"{cloud.endpoint}/_alb/counting/count"}


def status(url: str, size: int) -> int:
    """What comes of a body of so many bytes."""
    request = urllib.request.Request(url, b"x" * size, {"Content-Type": "text/plain"}, method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - of this cloud
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize(
    ("where", "size", "expected"),
    [
        ("Rest", 5 * MEGABYTE, 200),
        ("Rest", 7 * MEGABYTE, 413),
        ("Rest", 10 * MEGABYTE + 1, 413),
        ("Http", 5 * MEGABYTE, 200),
        ("Http", 7 * MEGABYTE, 413),
        ("Http", 10 * MEGABYTE + 1, 413),
        ("Balancer", MEGABYTE, 200),
        ("Balancer", MEGABYTE + 1, 413),
    ],
)
def test_a_request(addresses: dict[str, str], where: str, size: int, expected: int) -> None:
    assert status(addresses[where], size) == expected


def test_an_answer_of_a_function_behind_a_balancer(addresses: dict[str, str]) -> None:
    assert status(f"{addresses['Balancer']}?size={MEGABYTE}", 1) == 200
    assert status(f"{addresses['Balancer']}?size={MEGABYTE + 1}", 1) == 502
