"""Which resource a reference, an ARN, a URL or a name means."""

from collections.abc import Callable

import pytest

from wellmade.graph import Graph, Text, arn_suffix, attributes

TEMPLATE = """
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: orders}}
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub 'files-${AWS::AccountId}'}}
  Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: !Sub '${AWS::StackName}-rows'}}
  Function: {Type: AWS::Lambda::Function, Properties: {FunctionName: worker}}
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: orders}}
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {Name: team/password}}
  Api: {Type: AWS::ApiGateway::RestApi}
  Alias: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Function, Name: live}}
  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub '/aws/lambda/${Function}'}}
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Name: /team/size, Value: !Ref Queue}}
  Thing: {Type: 'Custom::Thing', Properties: {Value: VALUE}}
"""
CASES = [
    ("!Ref Queue", "Queue", ""),
    ("!GetAtt Queue.Arn", "Queue", ""),
    ("'arn:aws:sqs:eu-west-1:123456789012:orders'", "Queue", ""),
    ("!Sub 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders'", "Queue", ""),
    ("'https://sqs.eu-west-1.amazonaws.com/123456789012/orders'", "Queue", ""),
    ("'arn:aws:sns:eu-west-1:123456789012:orders'", "Topic", ""),
    ("orders", None, ""),
    ("worker", "Function", ""),
    ("!Sub '${Bucket.Arn}/in/*'", "Bucket", "/in/*"),
    ("!Sub 'arn:aws:s3:::${Bucket}/in/${AWS::Region}/*'", "Bucket", "/in/${AWS::Region}/*"),
    ("!Sub 'arn:aws:s3:::files-${AWS::AccountId}/in/*'", "Bucket", "/in/*"),
    ("!Sub 'arn:aws:dynamodb:${AWS::Region}:1:table/${AWS::StackName}-rows/index/*'", "Table", "/index/*"),
    ("!Sub '${AWS::StackName}-rows'", "Table", ""),
    ("!Sub '${Table}-other'", None, ""),
    ("!Sub '${Api}-orders'", None, ""),
    ("!Sub 'https://${Api}.execute-api.${AWS::Region}.amazonaws.com/prod'", "Api", None),
    ("'arn:aws:lambda:eu-west-1:1:function:worker:live'", "Function", ":live"),
    (
        "'arn:aws:apigateway:r:lambda:path/2015-03-31/functions/arn:aws:lambda:r:1:function:worker/invocations'",
        "Function",
        None,
    ),
    ("!Select [5, !Split [':', !GetAtt Queue.Arn]]", "Queue", ""),
    ("!Sub '{{resolve:secretsmanager:${Secret}:SecretString:password}}'", "Secret", None),
    ("'arn:aws:secretsmanager:r:1:secret:team/password'", "Secret", None),
    ("!Sub 'arn:aws:logs:r:1:log-group:/aws/lambda/${Function}:*'", "Logs", None),
    ("'arn:aws:ssm:r:1:parameter/team/size'", "Parameter", None),
    ("'{{resolve:ssm:/team/size}}'", "Queue", ""),
    ("!GetAtt Parameter.Value", "Queue", ""),
    ("!If [C, !Ref Nothing, !Ref Table]", "Table", ""),
    ("'arn:aws:sqs:eu-west-1:1:elsewhere'", None, ""),
    ("'arn:broken'", None, ""),
    ("{a: !Ref Queue}", None, ""),
    ("5", None, ""),
]


@pytest.mark.parametrize(("written", "target", "suffix"), CASES, ids=[case[0] for case in CASES])
def test_targets(read: Callable[..., Graph], written: str, target: str | None, suffix: str | None) -> None:
    graph = read(s=TEMPLATE.replace("VALUE", written))
    value = graph.resources["s/Thing"].get("Value")
    found = graph.target(value)
    assert (found.logical_id if found else None) == target
    if suffix is not None and "${" not in suffix:
        assert arn_suffix(value) == suffix
    elif suffix is not None:
        assert isinstance(arn_suffix(value), Text)


def test_a_name_is_looked_up_among_types(read: Callable[..., Graph]) -> None:
    graph = read(s=TEMPLATE.replace("VALUE", "1"))
    assert graph.target("orders", "AWS::SNS::Topic") is graph.resources["s/Topic"]
    assert graph.target("orders", "AWS::SQS::Queue") is graph.resources["s/Queue"]
    assert graph.target(graph.resources["s/Queue"], "AWS::SNS::Topic") is None


def test_versions_and_aliases_are_followed_to_the_function(read: Callable[..., Graph]) -> None:
    graph = read(s=TEMPLATE.replace("VALUE", "!Ref Alias"))
    value = graph.resources["s/Thing"].get("Value")
    assert graph.target(value) is graph.resources["s/Alias"]
    assert graph.function(value) is graph.resources["s/Function"]
    assert graph.destination("orders") is None


def test_attributes_are_found_however_deep(read: Callable[..., Graph]) -> None:
    graph = read(s=TEMPLATE.replace("VALUE", "{a: [!Sub '${Queue}/${Table.Arn}', !If [C, !Ref Topic, x]]}"))
    found = [attribute.resource_id for attribute in attributes(graph.resources["s/Thing"].get("Value"))]
    assert found == ["s/Queue", "s/Table", "s/Topic"]


def test_a_function_is_found_beside_a_queue_of_its_name(read: Callable[..., Graph]) -> None:
    graph = read(s=TEMPLATE.replace("VALUE", "1").replace("QueueName: orders", "QueueName: worker"))
    assert graph.function("worker") is graph.resources["s/Function"]
    assert graph.target("worker") is None


def test_aliases_that_lead_to_each_other_lead_nowhere(read: Callable[..., Graph]) -> None:
    alias = "{Type: AWS::Lambda::Alias, Condition: C, Properties: {FunctionName: !Ref %s}}"
    graph = read(s=f"Resources:\n  A: {alias % 'B'}\n  B: {alias % 'A'}\n")
    assert graph.function(graph.resources["s/A"]) is None
    assert graph.edges() == []
