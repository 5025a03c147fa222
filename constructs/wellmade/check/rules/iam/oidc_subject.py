"""Pipeline roles are restricted to one repository."""

import re
from collections.abc import Iterator

from wellmade.check.policies import Granted, trusts
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Value, is_known, options, text, written

_PROVIDERS = re.compile(
    r"(token\.actions\.githubusercontent\.com|gitlab\.com|agent\.buildkite\.com|oidc\.circleci\.com"
    r"|app\.terraform\.io|api\.bitbucket\.org)"
)
_REPOSITORY = re.compile(r"(?:repo|project_path):([^:]*)")


def _check(graph: Graph) -> Iterator[Violation]:
    for statement in trusts(graph):
        provider = next(
            filter(None, (_provider(graph, who) for who in statement.principals("Federated"))), None
        )
        if provider and isinstance(statement.entry.get("Condition"), dict | None):
            yield from _unbound(statement, provider)


def _provider(graph: Graph, principal: Value) -> str | None:
    """Return the host of a pipeline's provider that a trust names, by ARN or as a resource."""
    resource = graph.target(principal)
    name = written(resource.get("Url")) if resource and resource.get("Url") else written(principal)
    found = _PROVIDERS.search(name)
    return found[1] if found else None


def _unbound(statement: Granted, provider: str) -> Iterator[Violation]:
    subjects = [option for value in statement.condition_values(":sub") for option in options(value)]
    if not subjects and not any(key.endswith(":sub") for key in statement.condition_keys()):
        if provider == "oidc.circleci.com" or _other_claims(statement):
            return
        yield statement.violation(
            "Condition", f"lets every repository of {provider} in, must name one by {provider}:sub"
        )
    for subject in subjects:
        if is_known(subject) and _is_wide(text(subject)):
            message = f"lets {subject} in, must name one repository without wildcards"
            yield statement.violation("Condition", message)


def _other_claims(statement: Granted) -> bool:
    """Tell whether another claim of the token than the audience says whose it is."""
    return any(not key.endswith(":aud") for key in statement.condition_keys())


def _is_wide(subject: str | None) -> bool:
    if subject is None:
        return False
    repository = _REPOSITORY.match(subject)
    return "*" in repository[1] if repository else subject.startswith("*")


RULE = Rule(
    id="oidc-subject",
    title="Pipeline roles are restricted to one repository",
    severity=Severity.ERROR,
    explanation=(
        "The provider signs tokens for everybody who has an account there. Without a subject that names your "
        "repository, a stranger's pipeline assumes the role and deploys into your account."
    ),
    fix="compare the provider's :sub with repo:<owner>/<repository>:ref:refs/heads/<branch>",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
    check=_check,
)
