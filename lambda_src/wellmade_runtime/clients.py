"""AWS clients, built once while the function starts."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from wellmade_runtime.variables import FUNCTION_TIMEOUT_SECONDS

if TYPE_CHECKING:
    from mypy_boto3_apigateway import APIGatewayClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_codedeploy import CodeDeployClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_stepfunctions import SFNClient

_session = boto3.Session()
"""Shared, because each session reads the service models anew."""


def client_config(function_timeout: float) -> Config:
    """Return client settings that fit into a function's timeout, in seconds.

    A call that hangs must fail while there is time to try again and to report its record: an attempt
    waits a quarter of the timeout for an answer, from 0.5 s to 10 s, and half as long for the connection.
    There is one retry; beyond that redelivery is the retry.
    """
    read = min(max(function_timeout / 4, 0.5), 10.0)
    return Config(
        connect_timeout=read / 2,
        read_timeout=read,
        retries={"mode": "standard", "total_max_attempts": 2},
        max_pool_connections=50,
        parameter_validation=False,  # half the time of writing a batch of items; types are checked statically
    )


_config = client_config(float(os.environ.get(FUNCTION_TIMEOUT_SECONDS, "4")))
"""`FUNCTION_TIMEOUT_SECONDS` tells the function's timeout. Default: 4."""


def s3_client() -> "S3Client":
    """Return a client of S3."""
    with _no_collection():
        client: S3Client = _session.client("s3", config=_config)
    return client


def s3_upload_client() -> "S3Client":
    """Return a client of S3 whose presigned URLs a browser can use.

    They name the bucket's own region, since a page is not redirected to it, and ask for no checksum that
    only an SDK computes; each part is checked by its etag.
    """
    own = Config(
        signature_version="s3v4",
        request_checksum_calculation="when_required",
        s3={"us_east_1_regional_endpoint": "regional"},
    )
    with _no_collection():
        client: S3Client = _session.client("s3", config=_config.merge(own))
    return client


def dynamodb_client() -> "DynamoDBClient":
    """Return a client of DynamoDB."""
    with _no_collection():
        client: DynamoDBClient = _session.client("dynamodb", config=_config)
    return client


def apigateway_client() -> "APIGatewayClient":
    """Return a client of API Gateway, for usage plans and API keys."""
    with _no_collection():
        client: APIGatewayClient = _session.client("apigateway", config=_config)
    return client


def cloudwatch_client() -> "CloudWatchClient":
    """Return a client of CloudWatch."""
    with _no_collection():
        client: CloudWatchClient = _session.client("cloudwatch", config=_config)
    return client


def codedeploy_client() -> "CodeDeployClient":
    """Return a client of CodeDeploy."""
    with _no_collection():
        client: CodeDeployClient = _session.client("codedeploy", config=_config)
    return client


def lambda_client(*, longest_answer: float) -> "LambdaClient":
    """Return a client of Lambda that waits so long for what a function answers, in seconds."""
    with _no_collection():
        client: LambdaClient = _session.client(
            "lambda", config=_config.merge(Config(read_timeout=longest_answer))
        )
    return client


def events_client() -> "EventBridgeClient":
    """Return a client of EventBridge."""
    with _no_collection():
        client: EventBridgeClient = _session.client("events", config=_config)
    return client


def kinesis_client() -> "KinesisClient":
    """Return a client of Kinesis."""
    with _no_collection():
        client: KinesisClient = _session.client("kinesis", config=_config)
    return client


def sns_client() -> "SNSClient":
    """Return a client of SNS."""
    with _no_collection():
        client: SNSClient = _session.client("sns", config=_config)
    return client


def sqs_client() -> "SQSClient":
    """Return a client of SQS."""
    with _no_collection():
        client: SQSClient = _session.client("sqs", config=_config)
    return client


def stepfunctions_client() -> "SFNClient":
    """Return a client of Step Functions."""
    with _no_collection():
        client: SFNClient = _session.client("stepfunctions", config=_config)
    return client


def secretsmanager_client() -> "SecretsManagerClient":
    """Return a client of Secrets Manager."""
    with _no_collection():
        client: SecretsManagerClient = _session.client("secretsmanager", config=_config)
    return client


def rds_client() -> Any:
    """Return a client of RDS."""
    with _no_collection():
        return _session.client("rds", config=_config)


def ssm_client() -> "SSMClient":
    """Return a client of Systems Manager."""
    with _no_collection():
        client: SSMClient = _session.client("ssm", config=_config)
    return client


@contextmanager
def _no_collection() -> Iterator[None]:
    """Put garbage collection off: a service model is all objects that stay, and a tenth of a cold start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
