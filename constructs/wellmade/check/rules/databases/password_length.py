"""Generated passwords of databases are no longer than the engine takes."""

from collections.abc import Iterator

from wellmade.check.conditional import always_empty, least
from wellmade.check.databases import INSTANCE, engine_of, is_generated, passwords
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.database_passwords import LENGTHS, LENGTHS_OF_ENGINES
from wellmade.facts.secrets_manager import GENERATED_LENGTH
from wellmade.graph import Graph, Resource

_LENGTH = "GenerateSecretString.PasswordLength"


def _check(graph: Graph) -> Iterator[Violation]:
    for secret, database in passwords(graph):
        taken, length = _taken(database), _generated(secret)
        if taken and length is not None and length > taken[1]:
            message = f"is {length:g}, and {database.logical_id} takes at most {taken[1]} characters"
            yield Violation(secret, f"Properties.{_LENGTH}", message, f"set PasswordLength to {taken[1]}")


def _taken(database: Resource) -> tuple[int, int] | None:
    """Return the least and most characters that a database takes; None where nobody knows its engine."""
    if database.type != INSTANCE:
        return LENGTHS[database.type]
    engine = engine_of(database) or ""
    return next((found for start, found in LENGTHS_OF_ENGINES.items() if engine.startswith(start)), None)


def _generated(secret: Resource) -> float | None:
    """Return how long the password surely is, at least; None where it is not generated, or unknown."""
    if not is_generated(secret):
        return None
    given = secret.get(_LENGTH)
    return GENERATED_LENGTH if always_empty(given) else least(given)


RULE = Rule(
    id="password-length",
    title="Generated passwords of databases are no longer than the engine takes",
    severity=Severity.ERROR,
    explanation=(
        "Aurora, MySQL and MariaDB take passwords of 8 to 41 characters, Oracle 8 to 30, fewer than the 32 "
        "that Secrets Manager generates by itself. The deployment fails, and so does each rotation to a "
        "longer one."
    ),
    fix="set PasswordLength to what the engine takes",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html",
    check=_check,
)
