"""Deploy stacks of a test to an embedded AWS, and find what they made."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from constructs import IConstruct

from wellmade.errors import WellmadeError
from wellmade.local.deploy import deploy_assembly
from wellmade.local.deployed import deployed_or_none
from wellmade.local.server import LocalCloud


@dataclass(frozen=True)
class DeployedStack:
    """One stack of a test, deployed."""

    stack: cdk.Stack
    outputs: Mapping[str, str]
    """The values of its outputs, by logical id."""
    dropped: list[str]
    """Deliveries between its resources that the embedded AWS does not make."""
    not_simulated: list[str]
    """What of it the embedded AWS only records, or does in part."""
    physical_ids: Mapping[str, str]
    """The names of its resources, by logical id; of a queue its URL."""

    def physical_id(self, construct: IConstruct) -> str:
        """Return the name that the resource of a construct got; of a queue its URL.

        Raises:
            WellmadeError: If the construct defines no single resource of this stack.
        """
        child = construct.node.default_child or construct
        if not isinstance(child, cdk.CfnElement):
            raise WellmadeError(
                f"{construct.node.path}: construct must be one of a single resource, got "
                f"{type(construct).__name__}; give its queue, table or function"
            )
        return self.physical_ids[str(self.stack.get_logical_id(child))]


class CloudOfTests:
    """An embedded AWS that lives as long as the session of tests."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self._deployed: dict[str, DeployedStack] = {}

    def client(self, service: str) -> Any:
        """Return a boto3 client of it, with administrator rights."""
        return self._cloud.client(service)

    @property
    def endpoint(self) -> str:
        """Where every service answers."""
        return self._cloud.endpoint

    def environment(self) -> dict[str, str]:
        """Return the environment for programs that shall see this AWS and no other."""
        return self._cloud.environment()

    def deployed(self, stack: cdk.Stack) -> DeployedStack:
        """Deploy a stack, with those that it depends on, once in a session.

        Raises:
            WellmadeError: If CloudFormation does not complete it, with its reason.
        """
        name = stack.stack_name
        if name not in self._deployed:
            root = cdk.Stage.of(stack) or stack.node.root
            assembly = Path(root.synth().directory)  # type: ignore[attr-defined] # every root of stacks is a Stage
            deployment = deploy_assembly(self._cloud, assembly, [name])
            ids = {
                each.logical_id: each.physical_id
                for each in deployed_or_none(self._cloud)
                if each.stack == name
            }
            self._deployed[name] = DeployedStack(
                stack,
                deployment.outputs[name],
                deployment.dropped,
                deployment.not_simulated,
                ids,
            )
        return self._deployed[name]
