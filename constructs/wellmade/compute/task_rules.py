"""What cannot work about a task, before it is defined."""

from constructs import IConstruct

from wellmade.compute.options import TaskSize
from wellmade.facts.fargate import EPHEMERAL_STORAGE, SIZES
from wellmade.kit.refusals import refusal, require_between


def refuse_wrong_size(scope: IConstruct, size: TaskSize) -> None:
    """Raise where Fargate has no such task.

    Raises:
        RefusedError: If it has not.
    """
    offered = SIZES.get(size.cpu)
    if not offered:
        known = ", ".join(map(str, SIZES))
        raise refusal(scope, "size.cpu", f"one of {known}", size.cpu, "512 suits most services")
    if size.memory not in offered:
        allowed = f"{_in_words(offered)} for {size.cpu} CPU units"
        larger = next((each for each in offered if each > size.memory), offered[-1])
        raise refusal(scope, "size.memory", allowed, size.memory, f"use {larger}")
    if size.ephemeral_storage:
        gibibytes = size.ephemeral_storage.to_gibibytes()
        fix = "20 GiB are there without it"
        require_between(scope, "size.ephemeral_storage in GiB", gibibytes, *EPHEMERAL_STORAGE, fix)


def _in_words(offered: tuple[int, ...]) -> str:
    if len(offered) < 4:
        return f"one of {', '.join(map(str, offered))}"
    return f"between {offered[0]} and {offered[-1]} in steps of {offered[1] - offered[0]}"
