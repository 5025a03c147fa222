"""Rotate a secret that decides by itself, such as a key that signs: its readers take what is current."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from wellmade_runtime.clients import secretsmanager_client
from wellmade_runtime.secret_rotation import SecretRotation
from wellmade_runtime.variables import SECRET_ARN, SECRET_FIELD, SECRET_LENGTH

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
rotation = SecretRotation(
    secretsmanager_client(),
    os.environ[SECRET_ARN],
    field=os.environ[SECRET_FIELD],
    length=int(os.environ[SECRET_LENGTH]),
)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> None:
    """Do one step; neither the event nor a value is logged."""
    del context
    rotation.step(event)
    logger.info("rotated", extra={"step": event["Step"]})
