"""Secrets of Secrets Manager, kept for a while in memory and nowhere else."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from wellmade_runtime.cached_values import FIVE_MINUTES, CachedValues

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


class SecretFormatError(Exception):
    """A secret that is not what was asked for; what it holds is not told."""


class Secrets:
    """Secrets by name or ARN; needs `secretsmanager:GetSecretValue`, and `kms:Decrypt` on a key of one's own.

    After a rotation the old secret is given out until it expires: where a login is refused, call `forget` and
    try once more.

    Args:
        client: Client of Secrets Manager; see `wellmade_runtime.clients`.
        ttl: Most seconds that a secret is kept. Default: 5 minutes.
    """

    def __init__(self, client: "SecretsManagerClient", *, ttl: float = FIVE_MINUTES) -> None:
        self._client = client
        self._texts = CachedValues(self._fetch, ttl=ttl)

    def text(self, secret: str) -> str:
        """Return a secret that is text.

        Raises:
            SecretFormatError: If it is binary.
            ClientError: If it does not exist, or may not be read.
        """
        return self._texts.get(secret)

    def fields(self, secret: str) -> Mapping[str, Any]:
        """Return a secret that is a JSON object, as RDS writes them.

        Raises:
            SecretFormatError: If it is none.
            ClientError: If it does not exist, or may not be read.
        """
        try:
            found = json.loads(self.text(secret))
        except ValueError:
            raise SecretFormatError(f"{secret} must be a JSON object") from None
        if not isinstance(found, dict):
            raise SecretFormatError(f"{secret} must be a JSON object")
        return found

    def forget(self, secret: str) -> None:
        """Fetch a secret anew when it is next asked for."""
        self._texts.forget(secret)

    def _fetch(self, secret: str) -> str:
        # Named, since AWS does not tell what a policy that asks for the stage sees of a call without one.
        found = self._client.get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")
        if "SecretString" not in found:
            raise SecretFormatError(f"{secret} must be text, and is binary")
        return found["SecretString"]
