"""An event says what has happened, not what somebody is to do."""

import re
from collections.abc import Iterator

from wellmade.check.events import RULE as EVENT_RULE
from wellmade.check.events import detail_types, is_from_aws, pattern_of
from wellmade.check.rule import Hit, Rule, Severity
from wellmade.graph import Graph

WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
COMMANDS = re.compile(
    r"send|create|update|delete|remove|cancel|ship|charge|notify|start|stop|run|execute|publish|"
    r"generate|validate|reserve|refund|register|submit|approve|reject|pay|process|dispatch|"
    r"calculate|resize|convert|release|confirm|add|insert|save|store|fetch|get|import|export|"
    r"upload|download|resend|retry|do|make"
)
TELLING = re.compile(
    r"sent|paid|made|done|found|lost|built|failed|success|failure|complete|completion|change|"
    r"status|state|event|notification|notice|result|response|error|alert|available|started|ready|"
    r"request|received"
)


def _check(graph: Graph) -> Iterator[Hit]:
    for rule in graph.of_type(EVENT_RULE):
        pattern = pattern_of(rule)
        for name in detail_types(pattern) if pattern and not is_from_aws(pattern) else ():
            if is_command(name):
                yield Hit(
                    rule, "Properties.EventPattern.detail-type", f"asks for the event {name!r}, a command"
                )


def is_command(name: str) -> bool:
    """Tell whether an event's name begins with a verb in the imperative and tells of nothing that was."""
    words = [word.lower() for word in WORD.findall(name.rpartition(":")[2])]
    tells = any(TELLING.fullmatch(word) or word.endswith("ed") for word in words)
    return len(words) > 1 and COMMANDS.fullmatch(words[0]) is not None and not tells


RULE = Rule(
    id="event-named-as-command",
    title="An event says what has happened, not what somebody is to do",
    severity=Severity.WARNING,
    explanation=(
        "Whoever publishes a command on a bus counts on one receiver without knowing whether there is one. "
        "Two receivers do it twice, none does it never, and no error says so."
    ),
    fix="name the event after what happened, such as OrderPlaced, or send the command to a queue",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events.html",
    check=_check,
)
