"""Trust policies restrict service principals to a source (confused deputy)."""

import re
from collections.abc import Iterator

from wellmade.check.policies import trusts
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, text

_TELLING = re.compile(r"(scheduler|vpc-flow-logs|bedrock|logs(\.[\w-]+)?)\.amazonaws\.com")
"""Services whose guides put the source into the trust of a role; few do, and others would be guesses."""


def _check(graph: Graph) -> Iterator[Violation]:
    for statement in trusts(graph):
        services = [text(service) or "" for service in statement.principals("Service")]
        found = [service for service in services if _TELLING.fullmatch(service)]
        narrowed = statement.restricts or statement.is_narrowed
        if found and len(found) == len(services) and not narrowed:
            yield statement.violation("Principal", f"lets {', '.join(found)} assume the role for any source")


RULE = Rule(
    id="confused-trust",
    title="Trust policies restrict service principals to a source (confused deputy)",
    severity=Severity.WARNING,
    explanation=(
        "The service works for all customers of AWS, and the trust does not say for whom it may come. "
        "Whoever gets it to use this role acts with your permissions."
    ),
    fix="add a condition on aws:SourceAccount to the trust, and on aws:SourceArn where it is known",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    check=_check,
)
