"""Fargate tasks have CPU and memory that go together."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.fargate import SIZES
from wellmade.graph import Graph, as_list


def _check(graph: Graph) -> Iterator[Violation]:
    for task in graph.of_type("AWS::ECS::TaskDefinition"):
        cpu, memory = task.number("Cpu"), task.number("Memory")
        is_fargate = "FARGATE" in as_list(task.get("RequiresCompatibilities"))
        if not is_fargate or cpu is None or memory is None:
            continue
        allowed = SIZES.get(int(cpu))
        if allowed is None:
            known = ", ".join(map(str, SIZES))
            yield Violation(task, "Properties.Cpu", f"is {cpu:.12g}, must be one of {known}")
        elif memory not in allowed:
            message = f"is {memory:.12g} MiB, must be {allowed[0]} to {allowed[-1]} with a Cpu of {cpu:.12g}"
            yield Violation(task, "Properties.Memory", message)


RULE = Rule(
    id="fargate-size",
    title="Fargate tasks have CPU and memory that go together",
    severity=Severity.ERROR,
    explanation=(
        "Fargate takes certain pairs of CPU and memory only. Any other one fails when the task "
        "definition is registered, or at the first start."
    ),
    fix="choose a memory that goes with the CPU",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html",
    check=_check,
)
