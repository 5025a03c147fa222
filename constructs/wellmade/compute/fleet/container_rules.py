"""What must hold of the capacity providers of a fleet as they were synthesized."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_ecs as ecs
from constructs import IConstruct

from wellmade.compute.fleet.container_group import ContainerGroup
from wellmade.kit.lookups import path_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized

_ASSOCIATIONS = "AWS::ECS::ClusterCapacityProviderAssociations"


@dataclass(frozen=True)
class ProviderRules:
    """Instances that come with the tasks and go when they are empty."""

    scope: IConstruct
    groups: Mapping[str, ContainerGroup]
    associations: ecs.CfnClusterCapacityProviderAssociations

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule that is broken."""
        for name, group in self.groups.items():
            yield from self._provider(name, group, synthesized)
        yield from self._associations(synthesized)

    def _provider(self, name: str, group: ContainerGroup, synthesized: Synthesized) -> Iterator[RefusedError]:
        provider = group.capacity_provider
        said: Mapping[str, Any] = synthesized.properties(provider).get("AutoScalingGroupProvider", {})
        scaling = said.get("ManagedScaling", {}).get("Status")
        if scaling != "ENABLED":
            fix = "or nobody adds an instance for a task that waits; leave it as it is"
            option = f"groups[{name!r}] ManagedScaling"
            rule = "capacity-provider"
            yield refusal(path_of(self.scope), option, "ENABLED", scaling, fix, rule=rule, resource=provider)
        protected = synthesized.properties(group.group).get("NewInstancesProtectedFromScaleIn")
        if said.get("ManagedTerminationProtection") != "ENABLED" or protected is not True:
            fix = "or scale-in ends instances with tasks at work; leave both as they are"
            got = f"{said.get('ManagedTerminationProtection')} and {protected}"
            yield refusal(
                path_of(self.scope),
                f"groups[{name!r}] ManagedTerminationProtection and NewInstancesProtectedFromScaleIn",
                "ENABLED and True",
                got,
                fix,
                rule="termination-protection",
                resource=provider,
            )

    def _associations(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal where something else sets the cluster's capacity providers too."""
        mine = synthesized.logical_id(self.associations)
        cluster = synthesized.properties(self.associations).get("Cluster")
        for logical_id, resource in synthesized.resources(self.associations).items():
            is_other = resource["Type"] == _ASSOCIATIONS and logical_id != mine
            if is_other and resource.get("Properties", {}).get("Cluster") == cluster:
                fix = (
                    "a cluster has one list of them, and the last that is deployed wins; leave the other out"
                )
                yield refusal(
                    path_of(self.scope),
                    "cluster",
                    "one whose capacity providers nothing else sets",
                    logical_id,
                    fix,
                    rule="provider-associations",
                    resource=self.associations,
                )
