"""Telling what is only recorded."""

from typing import Any

import pytest

from wellmade.local.not_simulated import not_simulated


def told(kind: str, properties: dict[str, Any], physical_id: str = "real") -> list[str]:
    template = {"Resources": {"Thing": {"Type": kind, "Properties": properties}}}
    return not_simulated("app", template, {"Thing": physical_id})


def test_resources_with_the_same_gap_share_a_line() -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"LoggingConfiguration": {"LogFilePrefix": "x"}}}

    lines = not_simulated("app", {"Resources": {"In": bucket, "Out": bucket}}, {"In": "in", "Out": "out"})

    assert lines == ["app: AWS::S3::Bucket: no access log is delivered (In, Out)"]


def test_a_recorded_resource_is_named() -> None:
    assert told("AWS::Budgets::Budget", {}, "recorded-app-Thing-1") == [
        "app: AWS::Budgets::Budget: written down only (Thing)"
    ]


def test_what_a_condition_leaves_out_is_not_named() -> None:
    assert not_simulated("app", {"Resources": {"Acl": {"Type": "AWS::WAFv2::WebACL"}}}, {}) == []


FOREIGN = {"Fn::Sub": "arn:aws:lambda:${AWS::Region}:017000801446:layer:Powertools:32"}
HELD = {"Fn::Sub": "arn:aws:lambda:${AWS::Region}:017000801446:layer:AWSLambdaPowertoolsPythonV2:32"}


@pytest.mark.parametrize(
    ("kind", "properties", "gap"),
    [
        ("AWS::Lambda::Function", {"Layers": [FOREIGN]}, "a layer of another account is not here"),
        ("AWS::Lambda::Function", {"Layers": [HELD, FOREIGN]}, "a layer of another account is not here"),
    ],
)
def test_what_is_missing_here_is_named(kind: str, properties: dict[str, Any], gap: str) -> None:
    [line] = told(kind, properties)

    assert line.startswith(f"app: {kind}: {gap}")


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("AWS::SNS::Topic", {}),
        ("AWS::Lambda::Function", {"Layers": [{"Ref": "Layer"}]}),
        ("AWS::Lambda::Function", {"Layers": [HELD]}),
        ("AWS::S3::Bucket", {"VersioningConfiguration": {"Status": "Enabled"}}),
        ("AWS::Lambda::Function", {"Architectures": ["x86_64"], "TracingConfig": {"Mode": "PassThrough"}}),
        ("AWS::CloudWatch::Alarm", {"MetricName": "Errors", "AlarmActions": [{"Ref": "Topic"}]}),
        ("AWS::CloudWatch::Alarm", {"Metrics": [{"Id": "m", "MetricStat": {}}]}),
    ],
)
def test_what_is_simulated_is_not_named(kind: str, properties: dict[str, Any]) -> None:
    assert told(kind, properties) == []


@pytest.mark.parametrize(
    ("kind", "properties", "gap"),
    [
        ("AWS::CloudWatch::Alarm", {"Metrics": [{"Id": "m"}, {"Expression": "m / 2"}]}, "metric math"),
        ("AWS::CloudWatch::Alarm", {"AlarmActions": ["arn:aws:lambda:x:1:function:f"]}, "SNS topic"),
        ("AWS::Lambda::Function", {"VpcConfig": {"SubnetIds": ["a"]}}, "outside the VPC"),
        ("AWS::SQS::Queue", {"KmsMasterKeyId": "alias/aws/sqs"}, "not encrypted"),
        ("AWS::ECS::Service", {}, "process of this machine"),
        (
            "AWS::ApiGatewayV2::Integration",
            {
                "IntegrationType": "AWS",
                "IntegrationUri": "arn:aws:apigateway:x:lambda:path/2015-03-31/functions/f",
            },
            "the whole event",
        ),
        ("AWS::Pipes::Pipe", {"LogConfiguration": {"Level": "TRACE"}}, "no steps of invocations"),
        ("AWS::Pipes::Pipe", {"LogConfiguration": {"S3LogDestination": {}}}, "log group only"),
        ("AWS::ApiGateway::Stage", {"MethodSettings": [{"LoggingLevel": "INFO"}]}, "execution log"),
    ],
)
def test_a_gap_is_named(kind: str, properties: dict[str, Any], gap: str) -> None:
    [line] = told(kind, properties)

    assert gap in line


def test_alarms_are_told_of_that_no_metric_makes_fire() -> None:
    def gaps(namespace: str, metric: str) -> list[str]:
        alarm = {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {"Namespace": namespace, "MetricName": metric},
        }
        return not_simulated("s", {"Resources": {"Alarm": alarm}}, {"Alarm": "alarm"})

    said = "s: AWS::CloudWatch::Alarm: nothing here publishes its metric, so it never goes to ALARM by it (Alarm)"
    assert gaps("AWS/DynamoDB", "ReadThrottleEvents") == [said]
    assert gaps("AWS/ECS", "CPUUtilization") == [said]
    assert gaps("AWS/Lambda", "ProvisionedConcurrencySpilloverInvocations") == [said]
    assert gaps("AWS/ApplicationELB", "HealthyHostCount") == gaps("AWS/ApiGateway", "5xx") == []
    assert gaps("Shop", "FilesOverRejectionRate") == []


def test_macros_that_nobody_runs_are_named() -> None:
    inside = {"Fn::Transform": {"Name": "Shout", "Parameters": {"Text": "hello"}}}
    included = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://here/there"}}}
    topics = {"A": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": inside, "Tags": included}}}
    given = ["AWS::Serverless-2016-10-31", {"Name": "Repeat"}, "AWS::LanguageExtensions"]

    assert not_simulated("app", {"Transform": given, "Resources": topics}, {}) == [
        "app: the macro Repeat is not run",
        "app: the macro Shout is not run",
    ]


@pytest.mark.parametrize(
    ("kind", "actions"),
    [("Listener", "DefaultActions"), ("ListenerRule", "Actions")],
)
@pytest.mark.parametrize(("by", "said"), [("oidc", "alb.localhost"), ("cognito", "gets 501"), (None, None)])
def test_sign_in_at_a_load_balancer_is_named(
    kind: str, actions: str, by: str | None, said: str | None
) -> None:
    properties = {actions: [{"Type": f"authenticate-{by}" if by else "forward"}]}
    lines = told(f"AWS::ElasticLoadBalancingV2::{kind}", properties)

    assert any(said in line for line in lines) if said else not lines
