"""Names of events: what has happened, with a version."""

import re

_VERSIONED = re.compile(r"[A-Z][A-Za-z0-9]*\.v[1-9][0-9]*")
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
COMMANDS = re.compile(
    r"send|create|update|delete|remove|cancel|ship|charge|notify|start|stop|run|execute|publish|"
    r"generate|validate|reserve|refund|register|submit|approve|reject|pay|process|dispatch|"
    r"calculate|resize|convert|release|confirm|add|insert|save|store|fetch|get|import|export|"
    r"upload|download|resend|retry|do|make|place"
)
TELLING = re.compile(
    r"sent|paid|made|done|found|lost|built|failed|success|failure|complete|completion|change|"
    r"status|state|event|notification|notice|result|response|error|alert|available|started|ready|"
    r"request|received"
)


def versioned(name: str) -> bool:
    """Tell whether an event's name carries its version, as `OrderPlaced.v1` does."""
    return _VERSIONED.fullmatch(name) is not None


def is_command(name: str) -> bool:
    """Tell whether an event's name begins with a verb in the imperative and names nothing that happened."""
    words = [word.lower() for word in WORD.findall(name.rpartition(":")[2].partition(".v")[0])]
    is_past = any(TELLING.fullmatch(word) or word.endswith("ed") for word in words)
    return len(words) > 1 and COMMANDS.fullmatch(words[0]) is not None and not is_past
