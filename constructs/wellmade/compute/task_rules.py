"""What cannot work about a task: before it is defined, and as it was synthesized."""

from collections.abc import Iterator
from dataclasses import dataclass

from aws_cdk import aws_ecs as ecs
from constructs import IConstruct

from wellmade.compute.options import TaskSize
from wellmade.facts.fargate import CPU_ON_INSTANCES, EPHEMERAL_STORAGE, SIZES
from wellmade.kit.lookups import path_of
from wellmade.kit.refusals import RefusedError, refusal, require_between
from wellmade.kit.secrets import plaintext_secrets
from wellmade.kit.synth_checks import Synthesized


def refuse_wrong_size(scope: IConstruct, size: TaskSize) -> None:
    """Raise where Fargate has no such task.

    Raises:
        RefusedError: If it has not.
    """
    offered = SIZES.get(size.cpu)
    if not offered:
        known = ", ".join(map(str, SIZES))
        raise refusal(
            scope, "size.cpu", f"one of {known}", size.cpu, "512 suits most services", rule="fargate-size"
        )
    if size.memory not in offered:
        allowed = f"{_in_words(offered)} for {size.cpu} CPU units"
        larger = next((each for each in offered if each > size.memory), offered[-1])
        raise refusal(scope, "size.memory", allowed, size.memory, f"use {larger}", rule="fargate-size")
    if size.ephemeral_storage:
        gibibytes = size.ephemeral_storage.to_gibibytes()
        fix = "20 GiB are there without it"
        require_between(
            scope, "size.ephemeral_storage in GiB", gibibytes, *EPHEMERAL_STORAGE, fix, rule="service-limit"
        )


def refuse_wrong_share(scope: IConstruct, size: TaskSize) -> None:
    """Raise where no instance has room for such a task.

    Raises:
        RefusedError: If CPU or memory are out of bounds, or space of its own is asked for.
    """
    cpu, fix = size.cpu, "1024 are one processor"
    require_between(scope, "size.cpu", cpu, *CPU_ON_INSTANCES, fix)
    require_between(scope, "size.memory", size.memory, 4, 1_000_000_000, "1024 suit most programs")
    if size.ephemeral_storage:
        fix = "tasks share the disk of their instance: set the group's disk"
        got = f"{size.ephemeral_storage.to_gibibytes():g} GiB"
        raise refusal(scope, "size.ephemeral_storage", "left out on instances", got, fix)


@dataclass(frozen=True)
class TaskRules:
    """The variables of a task's containers, by whatever way they were set."""

    scope: IConstruct
    task: ecs.CfnTaskDefinition

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each variable that gives a secret away."""
        template = synthesized.template(self.task)
        for container in synthesized.properties(self.task).get("ContainerDefinitions", []):
            variables = {each.get("Name"): each.get("Value") for each in container.get("Environment", [])}
            yield from plaintext_secrets(path_of(self.scope), variables, self.task, template)


def _in_words(offered: tuple[int, ...]) -> str:
    if len(offered) < 4:
        return f"one of {', '.join(map(str, offered))}"
    return f"between {offered[0]} and {offered[-1]} in steps of {offered[1] - offered[0]}"
