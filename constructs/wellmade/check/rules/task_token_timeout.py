"""A workflow does not wait for an answer for ever."""

from collections.abc import Iterator

from wellmade.check.given import absent
from wellmade.check.rule import Hit, Rule, Severity
from wellmade.check.workflows import called_by, machines, place_of, states_of
from wellmade.graph import Graph

LIMITS = ("TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath")


def _check(graph: Graph) -> Iterator[Hit]:
    for machine, definition in machines(graph):
        if not absent(definition, "TimeoutSeconds"):
            continue
        for name, state in states_of(definition):
            if called_by(state).endswith(".waitForTaskToken") and absent(state, *LIMITS):
                message = f"waits in {name} for a task token with neither heartbeat nor timeout"
                yield Hit(machine, place_of(machine), message)


RULE = Rule(
    id="task-token-timeout",
    title="A workflow does not wait for an answer for ever",
    severity=Severity.WARNING,
    explanation=(
        "The mail with the token is lost or the worker dies, and the execution waits for a year without an "
        "error. Nobody misses an approval that nobody was asked for."
    ),
    fix="set HeartbeatSeconds and TimeoutSeconds on the task, and catch States.Timeout",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html",
    check=_check,
)
