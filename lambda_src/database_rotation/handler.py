"""Rotate the password of a database for which RDS does not, such as one of two regions: the wiring."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from database_rotation.store import Cluster
from wellmade_runtime.clients import rds_client, secretsmanager_client
from wellmade_runtime.secret_rotation import SecretRotation
from wellmade_runtime.variables import (
    DATABASE_CLUSTER,
    DATABASE_GLOBAL,
    FUNCTION_TIMEOUT_SECONDS,
    SECRET_ARN,
    SECRET_FIELD,
    SECRET_LENGTH,
)

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
field = os.environ[SECRET_FIELD]
cluster = Cluster(
    rds_client(),
    os.environ[DATABASE_CLUSTER],
    field,
    world=os.environ.get(DATABASE_GLOBAL),
    patience=float(os.environ[FUNCTION_TIMEOUT_SECONDS]) / 2,
)
rotation = SecretRotation(
    secretsmanager_client(),
    os.environ[SECRET_ARN],
    field=field,
    length=int(os.environ[SECRET_LENGTH]),
    give=cluster.change_password,
    try_out=cluster.wait_until_changed,
)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> None:
    """Do one step; neither the event nor a password is logged."""
    del context
    rotation.step(event)
    logger.info("rotated", extra={"step": event["Step"]})
