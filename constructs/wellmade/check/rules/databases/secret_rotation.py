"""Database passwords are rotated."""

from collections.abc import Iterator

from wellmade.check.databases import SECRET, WITH_PASSWORD, in_global_database, passwords
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, text, written

_ATTACHMENT = "AWS::SecretsManager::SecretTargetAttachment"
_ROTATE = "add an AWS::SecretsManager::RotationSchedule"


def _check(graph: Graph) -> Iterator[Violation]:
    schedules = graph.of_type("AWS::SecretsManager::RotationSchedule")
    rotated = [_secret(graph, schedule) for schedule in schedules]
    if None in rotated:
        return
    for secret, database in _used(graph).items():
        if secret not in rotated:
            message = f"is the password of {database.logical_id} and is never rotated"
            unmanageable = _why_unmanaged(graph, database)
            bare = (
                "; a rotation needs it as JSON with username and password first" if _is_bare(secret) else ""
            )
            fix = _ROTATE if unmanageable else ""
            yield Violation(secret, "Properties", message + unmanageable + bare, fix)


def _why_unmanaged(graph: Graph, database: Resource) -> str:
    """Say why RDS cannot manage the password, or nothing where it can."""
    if _has_replica(graph, database):
        return "; RDS cannot manage it, since the database has a read replica"
    if in_global_database(graph, database):
        return "; RDS cannot manage it, since the database is global"
    return ""


def _has_replica(graph: Graph, database: Resource) -> bool:
    """Tell whether RDS refuses to manage the password: it does for replicas of all engines but one."""
    others = graph.of_type("AWS::RDS::DBInstance")
    sources = [graph.target(other.get("SourceDBInstanceIdentifier")) for other in others]
    return database in sources and not written(database.get("Engine", "")).startswith("sqlserver")


def _is_bare(secret: Resource) -> bool:
    """Tell whether the secret is one word, which no rotation function can use."""
    generated = secret.get("GenerateSecretString")
    if isinstance(generated, dict):
        return "SecretStringTemplate" not in generated
    given = text(secret.get("SecretString"))
    return given is not None and not given.lstrip().startswith("{")


def _used(graph: Graph) -> dict[Resource, Resource]:
    """Return the secrets that databases have, by attachment or by password."""
    used: dict[Resource, Resource] = {}
    for attachment in graph.of_type(_ATTACHMENT):
        secret, database = _secret(graph, attachment), graph.target(attachment.get("TargetId"))
        if secret and database and database.type in WITH_PASSWORD:
            used.setdefault(secret, database)
    for secret, database in passwords(graph):
        used.setdefault(secret, database)
    return used


def _secret(graph: Graph, holder: Resource) -> Resource | None:
    found = graph.target(holder.get("SecretId"))
    if found and found.type == _ATTACHMENT:
        found = graph.target(found.get("SecretId"))
    return found if found and found.type == SECRET else None


RULE = Rule(
    id="secret-rotation",
    title="Database passwords are rotated",
    severity=Severity.WARNING,
    explanation=(
        "A password that was copied once opens the database for as long as it lives. The day it leaks, "
        "changing it by hand stops whatever has it cached."
    ),
    fix=f"{_ROTATE}, or set ManageMasterUserPassword on the database",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html",
    check=_check,
)
