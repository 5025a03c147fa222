"""Generated passwords of databases leave out the characters that RDS refuses."""

from collections.abc import Iterator

from wellmade.check.conditional import always, not_on
from wellmade.check.databases import is_generated, passwords
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.database_passwords import REFUSED_CHARACTERS
from wellmade.graph import Graph, Resource

_GENERATED = "GenerateSecretString"


def _check(graph: Graph) -> Iterator[Violation]:
    for secret, database in passwords(graph):
        if _may_have_them(secret):
            named = " ".join(sorted(REFUSED_CHARACTERS))
            message = f"lets the password of {database.logical_id} have characters that it refuses: {named}"
            yield Violation(secret, f"Properties.{_GENERATED}", message)


def _may_have_them(secret: Resource) -> bool:
    """Tell whether a password is generated, surely without a word against these characters."""
    if not is_generated(secret) or not not_on(secret, f"{_GENERATED}.ExcludePunctuation"):
        return False
    return always(
        secret.get(f"{_GENERATED}.ExcludeCharacters"),
        lambda branch: branch is None or (isinstance(branch, str) and not set(branch) >= REFUSED_CHARACTERS),
    )


RULE = Rule(
    id="password-characters",
    title="Generated passwords of databases leave out the characters that RDS refuses",
    severity=Severity.WARNING,
    explanation=(
        "RDS takes no password with a slash, an at sign or a double quote. Of 32 characters that Secrets "
        "Manager draws, one is such in two of three passwords: the deployment fails, goes well the next "
        "time, and a rotation fails some months later."
    ),
    fix="give ExcludeCharacters '/@\"', or set ExcludePunctuation",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html",
    check=_check,
)
