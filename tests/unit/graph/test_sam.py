"""SAM templates: their resources stay, and what the transform defines is there too."""

from collections.abc import Callable

import pytest

from wellmade.graph import Attribute, Graph, Kind

HEAD = "Transform: AWS::Serverless-2016-10-31\n"
RESOURCES = """
Resources:
  Q: {Type: AWS::SQS::Queue}
  T: {Type: AWS::SNS::Topic}
  B: {Type: AWS::S3::Bucket}
  S: {Type: AWS::Kinesis::Stream}
  Bus: {Type: AWS::Events::EventBus}
  P: {Type: AWS::Cognito::UserPool}
  Api: {Type: AWS::Serverless::Api}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Role: arn:aws:iam::1:role/x
      Events: {E: EVENT}
"""

EVENTS = {
    "SQS": ("{Queue: !GetAtt Q.Arn, BatchSize: 5}", "Q POLLS F"),
    "Kinesis": ("{Stream: !GetAtt S.Arn}", "S POLLS F"),
    "SNS": ("{Topic: !Ref T}", "T INVOKES_ASYNC F"),
    "S3": ("{Bucket: !Ref B, Events: 's3:ObjectCreated:*'}", "B INVOKES_ASYNC F"),
    "Cognito": ("{UserPool: !Ref P}", "P INVOKES_SYNC F"),
    "EventBridgeRule": ("{EventBusName: !Ref Bus, Pattern: {source: [x]}}", "FE INVOKES_ASYNC F"),
    "Schedule": ("{Schedule: rate(1 hour), DeadLetterConfig: {Arn: !GetAtt Q.Arn}}", "FE INVOKES_ASYNC F"),
    "ScheduleV2": ("{ScheduleExpression: rate(1 hour)}", "FE INVOKES_ASYNC F"),
    "Api": ("{RestApiId: !Ref Api, Path: /x, Method: get}", "Api INVOKES_SYNC F"),
    "HttpApi": ("{Path: /x, Method: get}", "ServerlessHttpApi INVOKES_SYNC F"),
}


def edges_of(graph: Graph) -> set[str]:
    return {f"{edge.source.logical_id} {edge.kind.name} {edge.target.logical_id}" for edge in graph.edges()}


@pytest.mark.parametrize("kind", EVENTS)
def test_events_make_edges(read: Callable[..., Graph], kind: str) -> None:
    properties, edge = EVENTS[kind]
    event = f"{{Type: {kind}, Properties: {properties}}}"
    assert edge in edges_of(read(s=HEAD + RESOURCES.replace("EVENT", event)))


def test_without_the_transform_nothing_is_derived(read: Callable[..., Graph]) -> None:
    graph = read(s=RESOURCES.replace("EVENT", "{Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}"))
    assert "s/FE" not in graph.resources


def test_derived_resources_stand_on_the_line_of_their_function(read: Callable[..., Graph]) -> None:
    event = (
        "{Type: SQS, Properties: {Queue: !GetAtt Q.Arn, FunctionResponseTypes: [ReportBatchItemFailures]}}"
    )
    graph = read(s=HEAD + RESOURCES.replace("EVENT", event))
    mapping, function = graph.resources["s/FE"], graph.resources["s/F"]
    assert (mapping.type, mapping.line) == ("AWS::Lambda::EventSourceMapping", function.line)
    assert (mapping.derived_from, function.derived_from) == ("F", None)
    assert mapping.get("FunctionResponseTypes") == ["ReportBatchItemFailures"]


def test_globals_are_merged(read: Callable[..., Graph]) -> None:
    graph = read(
        s=HEAD
        + """
Globals: {Function: {Timeout: 20, Layers: [a], Environment: {Variables: {A: 1, B: 2}}}}
Resources:
  F: {Type: AWS::Serverless::Function, Properties: {Layers: [b], Environment: {Variables: {B: 3}}, Tracing: Active}}
  G: {Type: AWS::Serverless::Function, Properties: {Timeout: 5}}
"""
    )
    f, g = graph.resources["s/F"], graph.resources["s/G"]
    assert (f.number("Timeout"), g.number("Timeout")) == (20, 5)
    assert f.get("Layers") == ["a", "b"]
    assert graph.environment_of(f) == {"A": 1, "B": 3}
    assert f.get("TracingConfig.Mode") == "Active"


def test_policies_become_the_statements_of_a_role(read: Callable[..., Graph]) -> None:
    graph = read(
        s=HEAD
        + """
Resources:
  Table: {Type: AWS::Serverless::SimpleTable}
  Q: {Type: AWS::SQS::Queue}
  Bucket: {Type: AWS::S3::Bucket}
  F:
    Type: AWS::Serverless::Function
    Properties:
      DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Q.Arn}
      Policies:
        - AmazonSQSFullAccess
        - DynamoDBReadPolicy: {TableName: !Ref Table}
        - SQSSendMessagePolicy: {QueueName: !GetAtt Q.QueueName}
        - Statement: [{Effect: Allow, Action: 's3:PutObject', Resource: !Sub '${Bucket.Arn}/*'}]
        - UnheardOfPolicy: {Name: x}
        - ComprehendBasicAccessPolicy: {}
"""
    )
    function, role = graph.resources["s/F"], graph.resources["s/FRole"]
    assert function.get("Role") == Attribute("s/FRole", "Arn")
    assert role.get("ManagedPolicyArns") == [
        "AmazonSQSFullAccess",
        "the policy template UnheardOfPolicy of SAM",  # what it allows, nobody knows
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    ]
    assert [each.actions[0] for each in graph.statements_of(function)] == [
        "dynamodb:GetItem",
        "sqs:SendMessage",
        "s3:PutObject",
        "comprehend:BatchDetectKeyPhrases",
        "sqs:SendMessage",  # to the dead-letter queue
    ]
    assert edges_of(graph) == {
        "F ASSUMES FRole",
        "F READS Table",
        "F PUBLISHES Q",
        "F WRITES Bucket",
        "F DEAD_LETTERS Q",
    }


def test_state_machines_have_events_and_roles(read: Callable[..., Graph]) -> None:
    graph = read(
        s=HEAD
        + """
Resources:
  M:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition: {States: {A: {Type: Task, Resource: !GetAtt F.Arn}}}
      Events: {Daily: {Type: Schedule, Properties: {Schedule: rate(1 day), Enabled: false}}}
  F: {Type: AWS::Serverless::Function, Properties: {Role: x, EventInvokeConfig: {MaximumRetryAttempts: 0}}}
  C: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: F}, Destination: {Id: T}, Permissions: [Write]}}
  T: {Type: AWS::Serverless::SimpleTable}
"""
    )
    assert edges_of(graph) == {"MDaily INVOKES_ASYNC M", "M ASSUMES MRole", "M INVOKES_SYNC F", "F WRITES T"}
    assert graph.resources["s/MDaily"].get("State") == "DISABLED"
    assert graph.resources["s/FEventInvokeConfig"].number("MaximumRetryAttempts") == 0
    assert graph.edges(Kind.WRITES)[0].via.logical_id == "C"


def test_a_reference_to_what_sam_adds_to_a_function(read: Callable[..., Graph]) -> None:
    graph = read(
        s=HEAD
        + """
Resources:
  F: {Type: AWS::Serverless::Function, Properties: {AutoPublishAlias: live}}
  P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F.Alias}}
"""
    )
    assert graph.function(graph.resources["s/P"].get("FunctionName")) is graph.resources["s/F"]


@pytest.mark.parametrize(
    "properties",
    ["{Events: 3}", "{Events: {E: x}}", "{Policies: {Ref: P}}", "{Events: {E: {Type: [SQS]}}}", "3"],
)
def test_malformed_sam_is_read_over(read: Callable[..., Graph], properties: str) -> None:
    if properties == "3":
        text = f"{HEAD}Globals: {{Function: 3}}\nResources: {{F: {{Type: AWS::Serverless::Function}}}}"
    else:
        text = f"{HEAD}Resources: {{F: {{Type: AWS::Serverless::Function, Properties: {properties}}}}}"
    graph = read(s=text)
    assert {edge.kind for edge in graph.edges()} == {Kind.ASSUMES}


def test_sam_attaches_managed_policies_by_itself(read: Callable[..., Graph]) -> None:
    graph = read(
        s=HEAD
        + """
Resources:
  Stream: {Type: AWS::Kinesis::Stream}
  F:
    Type: AWS::Serverless::Function
    Properties:
      DurableConfig: {ExecutionTimeout: 60}
      VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [sg-1]}
      Events: {In: {Type: Kinesis, Properties: {Stream: !GetAtt Stream.Arn, StartingPosition: LATEST}}}
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties: {Definition: {StartAt: A, States: {A: {Type: Succeed}}}}
"""
    )
    attached = {name: graph.resources[f"s/{name}Role"].get("ManagedPolicyArns") for name in ("F", "Machine")}
    assert [arn.rpartition("/")[2] for arn in attached["F"]] == [
        "AWSLambdaBasicDurableExecutionRolePolicy",  # instead of the basic one, which it contains
        "AWSLambdaVPCAccessExecutionRole",
        "AWSLambdaKinesisExecutionRole",
    ]
    assert attached["Machine"] == []


def test_sam_lets_a_function_hand_on_what_failed(read: Callable[..., Graph]) -> None:
    graph = read(
        s=HEAD
        + """
Resources:
  Q: {Type: AWS::SQS::Queue}
  T: {Type: AWS::SNS::Topic}
  F:
    Type: AWS::Serverless::Function
    Properties:
      DeadLetterQueue: {Type: SNS, TargetArn: !Ref T}
      EventInvokeConfig:
        DestinationConfig:
          OnFailure: {Type: SQS, Destination: !GetAtt Q.Arn}
          OnSuccess: {Type: SQS}
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties: {Tracing: {Enabled: true}, Definition: {StartAt: A, States: {A: {Type: Succeed}}}}
"""
    )
    statements = graph.statements_of(graph.resources["s/FRole"])
    assert [list(each.actions) for each in statements] == [["sns:Publish"], ["sqs:SendMessage"]]
    attached = graph.resources["s/MachineRole"].get("ManagedPolicyArns")
    assert attached == ["arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"]
