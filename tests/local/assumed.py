"""Clients of the embedded AWS that act with a role of it."""

from typing import Any

import boto3
from botocore.config import Config

from wellmade.local.server import LocalCloud


def dynamodb_as(cloud: LocalCloud, role: str, config: Config | None = None) -> Any:
    """Return a client of DynamoDB with the rights of a role, which this account may assume."""
    return client_as(cloud, "dynamodb", role, config)


def client_as(cloud: LocalCloud, service: str, role: str, config: Config | None = None) -> Any:
    """Return a client of a service with the rights of a role, which this account may assume."""
    keys = cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return boto3.client(
        service,
        endpoint_url=cloud.endpoint,
        region_name="us-east-1",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        config=config,
    )
