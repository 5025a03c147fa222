"""The version that is to get traffic, and the deployment that waits."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from release_check.domain import Answer, Deployment

if TYPE_CHECKING:
    from mypy_boto3_codedeploy import CodeDeployClient
    from mypy_boto3_lambda import LambdaClient


class NotAskedError(Exception):
    """The version could not be invoked, or did not answer in time."""


class UnreadableAnswerError(Exception):
    """The version answered with something that is no JSON, as one does that streams its answers."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a function, which nobody else invokes yet."""

    lambda_: "LambdaClient"
    arn: str

    def ask(self, event: Any) -> Answer:
        """Invoke the version and wait for what it answers.

        Raises:
            NotAskedError: If it cannot be invoked, or does not answer in time.
            UnreadableAnswerError: If its answer is no JSON.
        """
        try:
            response = self.lambda_.invoke(FunctionName=self.arn, Payload=json.dumps(event).encode())
            body = response["Payload"].read()
        except (BotoCoreError, ClientError) as error:
            raise NotAskedError from error
        try:
            return Answer(json.loads(body or b"null"), "FunctionError" in response)
        except (ValueError, RecursionError):
            raise UnreadableAnswerError from None


@dataclass(frozen=True, slots=True)
class Deployments:
    """Deployments of CodeDeploy."""

    codedeploy: "CodeDeployClient"

    def report(self, deployment: Deployment, *, is_good: bool) -> None:
        """Let a deployment go on, or end and roll it back; to say it twice is harmless."""
        self.codedeploy.put_lifecycle_event_hook_execution_status(
            deploymentId=deployment.deployment_id,
            lifecycleEventHookExecutionId=deployment.hook_id,
            status="Succeeded" if is_good else "Failed",
        )
