"""Each kind of limit is found in a template, with its number."""

from pathlib import Path

import pytest

from wellmade.capacity.build import build
from wellmade.capacity.report import Report
from wellmade.capacity.workload import read_workload
from wellmade.errors import WellmadeError
from wellmade.graph import load

FUNCTION = "{Type: AWS::Lambda::Function, Properties: {Timeout: 900}}"
API = f"""
  Api: {{Type: AWS::ApiGatewayV2::Api}}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {{ApiId: !Ref Api, DefaultRouteSettings: {{ThrottlingRateLimit: 50}}}}
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {{ApiId: !Ref Api, IntegrationUri: !GetAtt Worker.Arn}}
  Worker: {FUNCTION}
"""
TASKS = """
  Jobs: {Type: AWS::SQS::Queue}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: take
          PolicyDocument:
            Statement: [{Effect: Allow, Action: 'sqs:ReceiveMessage', Resource: !GetAtt Jobs.Arn}]
  Worker: {Type: AWS::ECS::TaskDefinition, Properties: {TaskRoleArn: !GetAtt Role.Arn}}
  Cluster: {Type: AWS::ECS::Cluster}
  Service:
    Type: AWS::ECS::Service
    Properties: {TaskDefinition: !Ref Worker, Cluster: !Ref Cluster, DesiredCount: 1}
  Scaling:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties: {ResourceId: !Sub 'service/${Cluster}/${Service.Name}', MaxCapacity: 6, MinCapacity: 0}
  Policy:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Properties:
      ScalingTargetId: !Ref Scaling
      TargetTrackingScalingPolicyConfiguration:
        {TargetValue: 10, CustomizedMetricSpecification: {MetricName: BacklogPerTask, Namespace: Jobs}}
"""
TOPIC = f"""
  Topic: {{Type: AWS::SNS::Topic}}
  Subscription:
    Type: AWS::SNS::Subscription
    Properties: {{TopicArn: !Ref Topic, Protocol: lambda, Endpoint: !GetAtt Worker.Arn}}
  Worker: {FUNCTION}
"""
ALIAS = """
  Live:
    Type: AWS::Lambda::Alias
    Properties:
      FunctionName: !Ref Worker
      FunctionVersion: '1'
      Name: live
      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 300}
"""


def report(folder: Path, resources: str, workload: str) -> Report:
    (folder / "stack.yaml").write_text("Resources:" + resources)
    (folder / "capacity.yaml").write_text(workload)
    return Report(build(load([folder / "stack.yaml"]), read_workload(folder / "capacity.yaml")), 1.0)


@pytest.mark.parametrize(
    ("resources", "workload", "stage", "multiple"),
    [
        (API, "arrivals: {Api: {per_second: 20}}\nfunctions: {Worker: {seconds: 1}}", "throttle of Api", 2.5),
        (API, "arrivals: {Api: {per_second: 20}}\nfunctions: {Worker: {seconds: 100}}", "account pool", 0.5),
        (TASKS, "arrivals: {Jobs: {per_second: 1}}\ntasks: {Service: {seconds: 3, concurrency: 2}}", "tasks of Worker", 4),
        (TOPIC, "arrivals: {Topic: {per_second: 20}}\nfunctions: {Worker: {seconds: 10}}", "account pool", 5),
        (TOPIC + ALIAS, "arrivals: {Topic: {per_second: 20}}\nfunctions: {Worker: {seconds: 10}}", "account pool", 5),
        (API, "arrivals: {Worker: {per_second: 20}}\nfunctions: {Worker: {seconds: 10}}", "account pool", 5),
        (TOPIC, "account: {concurrency: 300, used_elsewhere: 100}\narrivals: {Topic: {per_second: 20}}\nfunctions: {Worker: {seconds: 1}}", "account pool", 10),
    ],
)  # fmt: skip
def test_the_first_limit(resources: str, workload: str, stage: str, multiple: float, tmp_path: Path) -> None:
    limit, at = report(tmp_path, resources, workload).saturations[0]
    assert (limit.name, round(at, 4)) == (stage, multiple)


def test_a_number_may_be_written_as_text(tmp_path: Path) -> None:
    api = API.replace("ThrottlingRateLimit: 50", "ThrottlingRateLimit: '50'")
    workload = "arrivals: {Api: {per_second: 20}}\nfunctions: {Worker: {seconds: 1}}"
    limit, at = report(tmp_path, api, workload).saturations[0]
    assert (limit.name, round(at, 4)) == ("throttle of Api", 2.5)


def test_a_table_of_provisioned_capacity(tmp_path: Path) -> None:
    resources = """
  Topic: {Type: AWS::SNS::Topic}
  Subscription:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: lambda, Endpoint: !GetAtt Worker.Arn}
  Table:
    Type: AWS::DynamoDB::Table
    Properties: {ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 50}}
  Worker: {Type: AWS::Lambda::Function, Properties: {Timeout: 3}}
"""
    workload = "arrivals: {Topic: {per_second: 10}}\nfunctions: {Worker: {seconds: 0.1, calls: {Table: 2}}}"
    limit, at = report(tmp_path, resources, workload).saturations[0]
    assert (limit.name, round(at, 4)) == ("writes to Table", 2.5)


def test_an_api_refuses_what_is_over_its_throttle(tmp_path: Path) -> None:
    found = report(tmp_path, API, "arrivals: {Api: {per_second: 70}}\nfunctions: {Worker: {seconds: 0.1}}")
    assert [problem.text for problem in found.outcome.problems] == [
        "Api → Worker: 72,000 calls an hour are refused"
    ]


def test_idle_provisioned_concurrency_is_taken_from_the_pool(tmp_path: Path) -> None:
    other = "\n  Other: " + FUNCTION + ALIAS.replace("Worker", "Other")
    workload = "arrivals: {Topic: {per_second: 20}}\nfunctions: {Worker: {seconds: 10}}"
    assert round(report(tmp_path, TOPIC + other, workload).saturations[0][1], 4) == 3.5


def test_more_reserved_than_the_account_lets_reserve(tmp_path: Path) -> None:
    reserved = TOPIC.replace("Timeout: 900", "Timeout: 900, ReservedConcurrentExecutions: 950")
    found = report(
        tmp_path, reserved, "arrivals: {Topic: {per_second: 1}}\nfunctions: {Worker: {seconds: 1}}"
    )
    assert not found.holds
    assert found.breaks_at == 0
    assert str(found.fixes[0]) == "raise the account's quota of concurrent executions from 1,000 to 1,050"


def test_a_batch_that_outlasts_the_timeout(tmp_path: Path) -> None:
    resources = """
  Orders: {Type: AWS::SQS::Queue}
  Worker: {Type: AWS::Lambda::Function, Properties: {Timeout: 30}}
  Messages:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Worker, EventSourceArn: !GetAtt Orders.Arn, BatchSize: 100}
"""
    workload = "arrivals: {Orders: {per_second: 1}}\nfunctions: {Worker: {seconds: 2, seconds_per_item: 0.5}}"
    found = report(tmp_path, resources, workload)
    assert not found.holds
    assert str(found.fixes[0]) == "lower BatchSize of Messages (stack.yaml:4) from 100 to 56"


LOOP = """
  First: {Type: AWS::SQS::Queue}
  Second: {Type: AWS::SQS::Queue}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: send
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: 'sqs:SendMessage', Resource: [!GetAtt First.Arn, !GetAtt Second.Arn]}
  One: {Type: AWS::Lambda::Function, Properties: {Timeout: 10, Role: !GetAtt Role.Arn}}
  Two: {Type: AWS::Lambda::Function, Properties: {Timeout: 10, Role: !GetAtt Role.Arn}}
  FirstMessages:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref One, EventSourceArn: !GetAtt First.Arn}
  SecondMessages:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Two, EventSourceArn: !GetAtt Second.Arn}
"""


def test_what_leads_back_is_left_out_and_reported(tmp_path: Path) -> None:
    found = report(tmp_path, LOOP, "arrivals: {First: {per_second: 10}}")
    flows = {key: rate for key, rate in found.outcome.rates.items() if " > " in key}
    assert flows == {"stack/First > stack/One": 10, "stack/Second > stack/Two": 10}
    cycles = [one for one in found.model.assumptions if one.endswith("which would be a cycle")]
    assert sorted(cycles) == [
        "One: sends nothing back to First, which would be a cycle",
        "Two: sends nothing back to First, which would be a cycle",
        "Two: sends nothing back to Second, which would be a cycle",
    ]


def test_a_loop_that_was_asked_for_is_refused(tmp_path: Path) -> None:
    workload = "arrivals: {First: {per_second: 10}}\nfunctions: {One: {calls: {First: 0, Second: 1}}, Two: {calls: {First: 1}}}"
    with pytest.raises(WellmadeError, match=r"^messages run in a cycle: .*; set one of its calls to 0$"):
        report(tmp_path, LOOP, workload)


SAM = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties: {DefaultRouteSettings: {ThrottlingRateLimit: 100}, RouteSettings: {%s}}
  Rows: {Type: AWS::Serverless::SimpleTable, Properties: {%s}}
  Front:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: .
      Policies: [{DynamoDBCrudPolicy: {TableName: !Ref Rows}}]
      Events: {Call: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /rows, Method: post}}}
"""
FEW_WRITES = "ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 10}"


@pytest.mark.parametrize(
    ("routes", "table", "stage", "multiple"),
    [
        ("", "", "throttle of Api", 5),
        ("'POST /rows': {ThrottlingRateLimit: 60}", "", "throttle of Api", 3),
        ("", FEW_WRITES, "writes to Rows", 0.5),
    ],
)
def test_what_sam_writes_itself_is_judged(
    tmp_path: Path, routes: str, table: str, stage: str, multiple: float
) -> None:
    (tmp_path / "template.yaml").write_text(SAM % (routes, table))
    (tmp_path / "load.yaml").write_text(
        "arrivals: {Api: {per_second: 20}}\nfunctions: {Front: {seconds: 0.1}}"
    )
    system = build(load([tmp_path / "template.yaml"]), read_workload(tmp_path / "load.yaml"))
    limit, at = Report(system, 1.0).saturations[0]
    assert (limit.name, round(at, 4)) == (stage, multiple)
