"""Pipeline roles are restricted to one branch or environment."""

from collections.abc import Iterator

from wellmade.check.policies import Granted, trusts
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.pipelines import takes_any_branch
from wellmade.graph import Graph, as_list, as_mapping, is_known, options, text


def _check(graph: Graph) -> Iterator[Violation]:
    for statement in trusts(graph):
        for subject in _subjects(statement):
            if takes_any_branch(subject):
                message = f"lets any branch in by {subject}, must name one branch or environment"
                yield statement.violation("Condition", message)


def _subjects(statement: Granted) -> Iterator[str]:
    """Yield the known patterns of `sub`; other operators than those of patterns take none."""
    if not statement.principals("Federated"):
        return
    for operator, keys in as_mapping(statement.entry.get("Condition")).items():
        if not str(operator).lower().endswith(("stringlike", "stringlikeifexists")):
            continue
        for key, values in as_mapping(keys).items():
            if str(key).lower().endswith(":sub"):
                yield from filter(None, map(_known, (o for v in as_list(values) for o in options(v))))


def _known(value: object) -> str | None:
    return text(value) if is_known(value) else None


RULE = Rule(
    id="oidc-branch",
    title="Pipeline roles are restricted to one branch or environment",
    severity=Severity.WARNING,
    explanation=(
        "Whoever may push a branch to the repository writes the workflow that runs on it, and so gets the "
        "role without a review: anything that the role may do can be done from a branch that nobody has read."
    ),
    fix="name the branch or environment that deploys, such as repo:<owner>/<repository>:environment:<name>",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
    check=_check,
)
