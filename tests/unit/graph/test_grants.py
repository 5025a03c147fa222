"""Statements behind functions and tasks, and the edges that they make together with the environment."""

from collections.abc import Callable
from typing import Any

import pytest

from wellmade.graph import Graph, Kind

TEMPLATE = """
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Table: {Type: AWS::DynamoDB::Table}
  Bucket: {Type: AWS::S3::Bucket}
  Other: {Type: AWS::Lambda::Function}
  Role:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: [!Ref Attached, 'arn:aws:iam::aws:policy/ReadOnlyAccess']
      Policies:
        - PolicyName: inline
          PolicyDocument:
            Statement: {Sid: Send, Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Queue.Arn}
  Attached:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - {Effect: Deny, Action: 's3:DeleteObject', Resource: '*'}
          - Effect: Allow
            Action: ['s3:GetObject', 's3:PutObject']
            Resource: !Sub '${Bucket.Arn}/incoming/*'
            Condition: {Bool: {'aws:SecureTransport': 'true'}}
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      Roles: [!Ref Role]
      PolicyDocument: {Statement: [{Effect: Allow, Action: ACTION, Resource: RESOURCE}]}
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Environment: {Variables: {TABLE: !Ref Table, MODE: fast}}
"""


def template(action: str = "'dynamodb:Query'", resource: str = "!GetAtt Table.Arn") -> str:
    return TEMPLATE.replace("ACTION", action).replace("RESOURCE", resource)


def granted(graph: Graph) -> set[tuple[str, str]]:
    edges = graph.edges(source=graph.resources["s/Worker"])
    return {(edge.kind.name, edge.target.logical_id) for edge in edges if edge.kind is not Kind.ASSUMES}


def test_statements_come_from_every_policy_of_the_role(read: Callable[..., Graph]) -> None:
    graph = read(s=template())
    statements = graph.statements_of(graph.resources["s/Worker"])
    assert [(each.policy.logical_id, each.effect, each.actions) for each in statements] == [
        ("Role", "Allow", ("sqs:SendMessage",)),
        ("Attached", "Deny", ("s3:DeleteObject",)),
        ("Attached", "Allow", ("s3:GetObject", "s3:PutObject")),
        ("Policy", "Allow", ("dynamodb:Query",)),
    ]
    assert statements == graph.statements_of(graph.resources["s/Role"])
    assert (statements[0].sid, statements[0].path) == ("Send", "Policies.0.PolicyDocument.Statement.0")
    assert statements[2].conditions == {"Bool": {"aws:SecureTransport": "true"}}


def test_grants_make_edges_by_action(read: Callable[..., Graph]) -> None:
    graph = read(s=template())
    assert granted(graph) == {
        ("PUBLISHES", "Queue"),
        ("READS", "Bucket"),
        ("WRITES", "Bucket"),
        ("READS", "Table"),
    }
    (writes,) = graph.edges(Kind.WRITES, source=graph.resources["s/Worker"])
    assert writes.detail["actions"] == ["s3:PutObject"]
    assert writes.detail["suffixes"] == ["/incoming/*"]
    assert writes.detail["conditions"] == [{"Bool": {"aws:SecureTransport": "true"}}]
    (reads,) = graph.edges(Kind.READS, graph.resources["s/Worker"], graph.resources["s/Table"])
    assert reads.detail["variables"] == ["TABLE"]


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("'lambda:InvokeFunction'", "!GetAtt Other.Arn", ("INVOKES_SYNC", "Other")),
        ("'lambda:InvokeFunction'", "!Sub '${Other.Arn}:*'", ("INVOKES_SYNC", "Other")),
        ("'dynamodb:*'", "!GetAtt Table.Arn", ("WRITES", "Table")),
        ("'*'", "!GetAtt Table.Arn", ("WRITES", "Table")),
        ("'dynamodb:BatchGet*'", "!Sub '${Table.Arn}/index/*'", ("READS", "Table")),
        ("'dynamodb:PutItem'", "'*'", ("WRITES", "Table")),
        ("'sqs:ReceiveMessage'", "!GetAtt Queue.Arn", ("READS", "Queue")),
    ],
)
def test_kinds_of_actions(
    read: Callable[..., Graph], action: str, resource: str, expected: tuple[str, str]
) -> None:
    assert expected in granted(read(s=template(action, resource)))


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("'dynamodb:Query'", "!ImportValue table"),
        ("'sqs:SendMessage'", "!GetAtt Table.Arn"),
        ("'kms:Decrypt'", "'*'"),
    ],
)
def test_grants_that_make_no_edge(read: Callable[..., Graph], action: str, resource: str) -> None:
    assert "Table" not in {name for _, name in granted(read(s=template(action, resource)))}


def test_tasks_are_granted_by_their_task_role(read: Callable[..., Graph]) -> None:
    task: dict[str, Any] = {"Environment": [{"Name": "Q", "Value": {"Ref": "Queue"}}]}
    graph = read(
        s=template()
        + "  Task: {Type: AWS::ECS::TaskDefinition, Properties: {TaskRoleArn: !GetAtt Role.Arn, "
        + f"ContainerDefinitions: [{task}]}}}}"
    )
    task_definition = graph.resources["s/Task"]
    assert [edge.target.logical_id for edge in graph.edges(Kind.PUBLISHES, source=task_definition)] == [
        "Queue"
    ]
    assert graph.target(graph.environment_of(task_definition)["Q"]) is graph.resources["s/Queue"]
    assert graph.role_of(task_definition) is graph.resources["s/Role"]


def test_policies_on_a_resource(read: Callable[..., Graph]) -> None:
    graph = read(
        s=template()
        + "  Allow: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Queue], PolicyDocument: {Statement: "
        + "[{Effect: Allow, Principal: {Service: s3.amazonaws.com}, Action: 'sqs:SendMessage', Resource: '*'}]}}}\n"
        + "  Key: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {Statement: {Effect: Allow, Principal: '*', Action: "
        + "'kms:*', Resource: '*'}}}}"
    )
    (statement,) = graph.policies_on(graph.resources["s/Queue"])
    assert (statement.policy.logical_id, statement.principals) == ("Allow", {"Service": "s3.amazonaws.com"})
    (own,) = graph.policies_on(graph.resources["s/Key"])
    assert own.principals == {"*": "*"}


def test_roles_by_way_of_other_resources(read: Callable[..., Graph]) -> None:
    graph = read(
        s="""
Resources:
  Role: {Type: AWS::IAM::Role}
  Task: {Type: AWS::ECS::TaskDefinition, Properties: {TaskRoleArn: !GetAtt Role.Arn}}
  Service: {Type: AWS::ECS::Service, Properties: {TaskDefinition: !Ref Task}}
  Profile: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref Role]}}
  Instance: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref Profile}}
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties: {LaunchTemplateData: {IamInstanceProfile: {Name: !Ref Profile}}}
  Queue: {Type: AWS::SQS::Queue}
  Elsewhere: {Type: AWS::Lambda::Function, Properties: {Role: 'arn:aws:iam::1:role/x'}}
"""
    )
    roles = {each.logical_id: graph.role_of(each) for each in graph.resources.values()}
    assert {name for name, role in roles.items() if role is None} == {"Queue", "Elsewhere"}
    assert set(roles.values()) == {graph.resources["s/Role"], None}
