"""The password of a global database is in more than one region."""

from collections.abc import Iterator

from wellmade.check.conditional import always_empty
from wellmade.check.databases import in_global_database, passwords
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for secret, cluster in passwords(graph):
        if in_global_database(graph, cluster) and always_empty(secret.get("ReplicaRegions")):
            message = f"is the password of {cluster.logical_id}, which is global, and in one region alone"
            yield Violation(secret, "Properties", message)


RULE = Rule(
    id="global-password",
    title="The password of a global database is in more than one region",
    severity=Severity.WARNING,
    explanation=(
        "The other region is promoted when this one fails, and the secret is then out of reach with it: what "
        "reads the password there, a proxy for example, cannot log in. Nothing is lost where people copy it "
        "by hand, or every program logs in by IAM."
    ),
    fix="give ReplicaRegions the other region, or suppress this with how the password gets there",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html",
    check=_check,
)
