"""Rotation of a secret in the four steps that Secrets Manager asks for, each of which may come again.

A new value is made and kept as pending, given to what accepts it, tried, and then made current. Until then
every reader gets the old one; afterwards the old one is the previous version, for whoever has it still.

Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

Fields = Mapping[str, Any]
CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"


class RotationRefusedError(Exception):
    """A step that Secrets Manager did not ask for, or a secret that is not to be rotated."""


def accepted(current: Fields, pending: Fields) -> None:
    """Do nothing: whoever reads the secret decides by it, so that nothing else must be told."""
    del current, pending


@dataclass(frozen=True, slots=True)
class SecretRotation:
    """The rotation of one secret, which is a JSON object.

    Needs `secretsmanager:DescribeSecret`, `GetSecretValue`, `PutSecretValue`, `UpdateSecretVersionStage` on
    the secret, and `GetRandomPassword`.

    Args:
        client: Client of Secrets Manager; see `wellmade_runtime.clients`.
        secret: ARN of the secret that is rotated; `RotatedSecret` names it in `SECRET_ARN`.
        field: Whose value is new.
        length: Characters of a new value.
        give: Gives the pending fields to what accepts them, with the current ones to sign in by; may come
            again. Default: nothing must be told.
        try_out: Raises where the pending fields are not accepted. Default: nothing is tried.
    """

    client: "SecretsManagerClient"
    secret: str
    field: str = "value"
    length: int = 43
    give: Callable[[Fields, Fields], None] = accepted
    try_out: Callable[[Fields, Fields], None] = accepted

    def step(self, event: "Mapping[str, Any]") -> None:
        """Do one step, for this secret whichever one the event names: its token is of that one alone.

        Raises:
            RotationRefusedError: If it is none, or not for a pending version of a secret that is rotated.
        """
        secret, token, name = self.secret, event["ClientRequestToken"], event["Step"]
        steps = {
            "createSecret": self._create,
            "setSecret": lambda *which: self.give(*self._both(*which)),
            "testSecret": lambda *which: self.try_out(*self._both(*which)),
            "finishSecret": self._finish,
        }
        if name not in steps:
            raise RotationRefusedError(f"the step must be one of {', '.join(steps)}, got another one")
        if CURRENT not in self._stages(secret, token):
            steps[name](secret, token)

    def _stages(self, secret: str, token: str) -> list[str]:
        """Return where a version stands; one that is current already has been rotated to."""
        found = self.client.describe_secret(SecretId=secret)
        stages = found.get("VersionIdsToStages", {}).get(token, [])
        if not found.get("RotationEnabled") or not {CURRENT, PENDING} & set(stages):
            raise RotationRefusedError(f"{secret} must have rotation, and the token as its pending version")
        return stages

    def _fields(self, secret: str, stage: str, **version: str) -> dict[str, Any]:
        text = self.client.get_secret_value(SecretId=secret, VersionStage=stage, **version)["SecretString"]
        fields: dict[str, Any] = json.loads(text)
        return fields

    def _both(self, secret: str, token: str) -> tuple[Fields, Fields]:
        return self._fields(secret, CURRENT), self._fields(secret, PENDING, VersionId=token)

    def _create(self, secret: str, token: str) -> None:
        try:
            self._fields(secret, PENDING, VersionId=token)
        except self.client.exceptions.ResourceNotFoundException:
            made = self.client.get_random_password(PasswordLength=self.length, ExcludePunctuation=True)
            fields = {**self._fields(secret, CURRENT), self.field: made["RandomPassword"]}
            self.client.put_secret_value(
                SecretId=secret,
                ClientRequestToken=token,
                SecretString=json.dumps(fields),
                VersionStages=[PENDING],
            )

    def _finish(self, secret: str, token: str) -> None:
        versions = self.client.describe_secret(SecretId=secret)["VersionIdsToStages"]
        current = next(version for version, stages in versions.items() if CURRENT in stages)
        self.client.update_secret_version_stage(
            SecretId=secret, VersionStage=CURRENT, MoveToVersionId=token, RemoveFromVersionId=current
        )
