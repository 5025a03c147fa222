"""Endpoints are named as AWS names them, and each call goes to the right one."""

import json
from pathlib import Path

import botocore.loaders
import pytest
from aws_cdk import aws_ec2 as ec2

from wellmade.facts import endpoints
from wellmade.facts.endpoints import endpoint_for, endpoints_for, is_local, name_in, service_prefix

# A service as botocore calls it, the prefix of its actions, the endpoint that answers it.
SERVICES = [
    ("appconfig", "appconfig", "appconfig"),
    ("appconfigdata", "appconfig", "appconfigdata"),
    ("bedrock", "bedrock", "bedrock"),
    ("bedrock-agent", "bedrock", "bedrock-agent"),
    ("bedrock-agent-runtime", "bedrock", "bedrock-agent-runtime"),
    ("bedrock-data-automation", "bedrock", "bedrock-data-automation"),
    ("bedrock-data-automation-runtime", "bedrock", "bedrock-data-automation-runtime"),
    ("bedrock-runtime", "bedrock", "bedrock-runtime"),
    ("dynamodb", "dynamodb", "dynamodb"),
    ("dynamodbstreams", "dynamodb", "dynamodb-streams"),
    ("elbv2", "elasticloadbalancing", "elasticloadbalancing"),
    ("firehose", "firehose", "kinesis-firehose"),
    ("forecast", "forecast", "forecast"),
    ("forecastquery", "forecast", "forecastquery"),
    ("iot", "iot", None),
    ("iot-data", "iot", "iot.data"),
    ("kinesis", "kinesis", "kinesis-streams"),
    ("lexv2-models", "lex", "models-v2-lex"),
    ("lexv2-runtime", "lex", "runtime-v2-lex"),
    ("payment-cryptography", "payment-cryptography", "payment-cryptography.controlplane"),
    ("payment-cryptography-data", "payment-cryptography", "payment-cryptography.dataplane"),
    ("personalize", "personalize", "personalize"),
    ("personalize-events", "personalize", "personalize-events"),
    ("personalize-runtime", "personalize", "personalize-runtime"),
    ("rds-data", "rds-data", "rds-data"),
    ("sagemaker", "sagemaker", "sagemaker.api"),
    ("sagemaker-featurestore-runtime", "sagemaker", "sagemaker.featurestore-runtime"),
    ("sagemaker-metrics", "sagemaker", "sagemaker.metrics"),
    ("sagemaker-runtime", "sagemaker", "sagemaker.runtime"),
    ("sesv2", "ses", "email"),
]
IN_SEVERAL = {
    *("TagResource", "UntagResource", "ListTagsForResource"),
    *("GetResourcePolicy", "PutResourcePolicy", "DeleteResourcePolicy"),
}
"""Operations that several clients of one service have: their action does not tell which host it goes to."""


@pytest.mark.parametrize(("client", "prefix", "endpoint"), SERVICES)
def test_every_operation_goes_where_its_client_sends_it(
    client: str, prefix: str, endpoint: str | None
) -> None:
    operations = botocore.loaders.Loader().load_service_model(client, "service-2")["operations"]
    found = {name: endpoint_for(f"{prefix}:{name}") for name in operations if name not in IN_SEVERAL}
    assert {name: other for name, other in found.items() if other != endpoint} == {}


@pytest.mark.parametrize(
    ("client", "host", "endpoint"),
    [("stepfunctions", "sync-", "sync-states"), ("servicediscovery", "data-", "data-servicediscovery")],
)
def test_operations_with_a_host_of_their_own(client: str, host: str, endpoint: str) -> None:
    model = botocore.loaders.Loader().load_service_model(client, "service-2")
    prefix = model["metadata"].get("signingName", model["metadata"]["endpointPrefix"])
    of_host = {
        name
        for name, each in model["operations"].items()
        if each.get("endpoint", {}).get("hostPrefix") == host
    }
    found = {name for name in model["operations"] if endpoint_for(f"{prefix}:{name}") == endpoint}
    assert found == of_host != set()


def test_cdk_has_every_endpoint_that_we_name() -> None:
    services = ec2.InterfaceVpcEndpointAwsService
    named = {getattr(services, name).short_name for name in dir(services) if name.isupper()}
    listed = json.loads((Path(endpoints.__file__).parent / "endpoint_names.json").read_text())
    ours = set(" ".join(listed["names"]).split())
    assert ours - named == {"s3express"}  # a gateway only
    assert set(" ".join(listed["of_china"]).split()) <= ours


@pytest.mark.parametrize(
    ("action", "endpoint"),
    [
        ("cloudwatch:PutMetricData", "monitoring"),
        ("ecr:GetAuthorizationToken", "ecr.api"),
        ("ecr:BatchGetImage", "ecr.dkr"),
        ("execute-api:Invoke", None),
        ("ssmmessages:CreateControlChannel", "ssmmessages"),
        ("states:StartExecution", "states"),
        ("states:startsyncexecution", "sync-states"),
        ("sqs:*", "sqs"),
        ("nothing:Known", None),
        ("logs:StartLiveTail", None),
    ],
)
def test_names(action: str, endpoint: str | None) -> None:
    assert endpoint_for(action) == endpoint


def test_an_image_takes_three_and_a_local_call_none() -> None:
    assert endpoints_for("ecr:GetDownloadUrlForLayer") == ("ecr.api", "ecr.dkr", "s3")
    assert endpoints_for("sqs:SendMessage") == ("sqs",)
    assert endpoints_for("rds-db:connect") == ()
    assert endpoints_for("nothing:Known") is None
    assert is_local("ecs:UpdateTaskProtection")
    assert not is_local("ecs:UpdateService")


@pytest.mark.parametrize(
    ("endpoint", "partition", "prefix"),
    [
        ("sqs", "aws", "com.amazonaws"),
        ("sqs", "aws-us-gov", "com.amazonaws"),
        ("sqs", "aws-cn", "cn.com.amazonaws"),
        ("sns", "aws-cn", "com.amazonaws"),
        ("ecr.api", "aws-eusc", "eu.amazonaws"),
        ("sqs", "aws-eusc", "com.amazonaws"),
    ],
)
def test_service_names_begin_as_their_partition_asks(endpoint: str, partition: str, prefix: str) -> None:
    assert service_prefix(endpoint, partition) == prefix
    assert name_in(f"{prefix}.some-region-1.{endpoint}") == endpoint


def test_no_prefix_is_guessed() -> None:
    with pytest.raises(KeyError, match="aws-iso"):
        service_prefix("sqs", "aws-iso")
    assert name_in("com.amazonaws.vpce.eu-west-1.vpce-svc-0123") == "eu-west-1.vpce-svc-0123"
    assert name_in("com.example.private") is None
