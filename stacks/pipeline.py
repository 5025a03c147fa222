"""Who may deploy to an account: one environment of one repository, for an hour at a time."""

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.delivery import DeployRole

REPOSITORY = "octo/shop"
"""Unless the app's context has `repository`."""


class PipelineStack(Stack):
    """The role that a repository's pipeline deploys an environment with."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=self.__doc__, **options)
        self.role = DeployRole(
            self,
            "DeployRole",
            repository=self.node.try_get_context("repository") or REPOSITORY,
            environment=settings.environment,
        )
        define_outputs(self, {"DeployRoleArn": self.role.role_arn})
        settings.tag(self)
