"""Rules and pipes give the messages of FIFO queues a group."""

from collections.abc import Iterator

from wellmade.check.conditional import always_empty
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Value, as_list, as_mapping


def _check(graph: Graph) -> Iterator[Violation]:
    for rule in graph.of_type("AWS::Events::Rule"):
        for index, target in enumerate(map(as_mapping, as_list(rule.get("Targets")))):
            if _lacks(
                graph, target.get("Arn"), as_mapping(target.get("SqsParameters")).get("MessageGroupId")
            ):
                yield Violation(rule, f"Properties.Targets.{index}.SqsParameters", _MESSAGE)
    for schedule in graph.of_type("AWS::Scheduler::Schedule"):
        if _lacks(graph, schedule.get("Target.Arn"), schedule.get("Target.SqsParameters.MessageGroupId")):
            yield Violation(schedule, "Properties.Target.SqsParameters", _MESSAGE)
    for pipe in graph.of_type("AWS::Pipes::Pipe"):
        group = pipe.get("TargetParameters.SqsQueueParameters.MessageGroupId")
        if _lacks(graph, pipe.get("Target"), group):
            yield Violation(pipe, "Properties.TargetParameters.SqsQueueParameters", _MESSAGE)


def _lacks(graph: Graph, arn: Value, group: Value) -> bool:
    queue = graph.target(arn, "AWS::SQS::Queue")
    return queue is not None and queue.flag("FifoQueue") is True and always_empty(group)


_MESSAGE = "has no MessageGroupId, and the target is a FIFO queue, which takes no message without one"


RULE = Rule(
    id="fifo-target-group",
    title="Rules and pipes give the messages of FIFO queues a group",
    severity=Severity.ERROR,
    explanation=(
        "A FIFO queue takes no message without a group. Each delivery is refused, tried for a "
        "day, and dropped."
    ),
    fix="set SqsParameters.MessageGroupId of the target",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html",
    check=_check,
)
