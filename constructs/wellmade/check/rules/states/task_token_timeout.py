"""Tasks that wait for a token have a timeout."""

from collections.abc import Iterator

from wellmade.check.conditional import never_set
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.workflows import machines, place_of, resource_of_task, states_of
from wellmade.graph import Graph

LIMITS = ("TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath")


def _check(graph: Graph) -> Iterator[Violation]:
    for machine, definition in machines(graph):
        if not never_set(definition, "TimeoutSeconds"):
            continue
        for name, state in states_of(definition):
            if resource_of_task(state).endswith(".waitForTaskToken") and never_set(state, *LIMITS):
                message = f"waits in {name} for a task token with neither heartbeat nor timeout"
                yield Violation(machine, place_of(machine), message)


RULE = Rule(
    id="task-token-timeout",
    title="Tasks that wait for a token have a timeout",
    severity=Severity.WARNING,
    explanation=(
        "The mail with the token is lost or the worker dies, and the execution waits for a year "
        "without an error. No alarm shows that an approval is missing."
    ),
    fix="set HeartbeatSeconds and TimeoutSeconds on the task, and catch States.Timeout",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html",
    check=_check,
)
