"""Services may assume the roles that they are given."""

import json
from collections.abc import Iterator, Mapping

from wellmade.check.delivery.deployed import Deployed
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.assumed_roles import ASSUMED_BY
from wellmade.facts.globs import can_both_match
from wellmade.graph import Graph, Resource, Value, as_list, as_mapping, document, is_known
from wellmade.graph.resolve.paths import values_at
from wellmade.prove.deployed.unknowns import has_unknown

_TRUST = "AssumeRolePolicyDocument"


def _check(graph: Graph) -> Iterator[Violation]:
    deployed = Deployed(graph)
    for kind, (service, paths) in ASSUMED_BY.items():
        for resource in graph.of_type(kind):
            for role in _roles(graph, resource, paths):
                trusted = _trusted(deployed, role)
                if trusted and not any(each.startswith((f"{service}.", "*")) for each in trusted):
                    yield _violation(resource, role, f"{service}.amazonaws.com", trusted)


def _roles(graph: Graph, resource: Resource, paths: tuple[str, ...]) -> Iterator[Resource]:
    named = [value for path in paths for value in values_at(resource.properties, path)]
    found = [graph.target(value, "AWS::IAM::Role") for value in named]
    yield from dict.fromkeys(role for role in found if role and role.derived_from is None)


def _trusted(deployed: Deployed, role: Resource) -> list[str]:
    """Return whom a role lets in under any condition; nobody where the template leaves that open."""
    entries = as_list(as_mapping(document(role.get(_TRUST))).get("Statement"))
    if not all(_is_told(entry) for entry in entries):
        return []
    allowed = [
        entry for entry in map(as_mapping, entries) if entry.get("Effect") == "Allow" and _assumes(entry)
    ]
    texts = deployed.all(whom for entry in allowed for whom in _principals(entry.get("Principal")))
    return [] if any(map(has_unknown, texts)) else texts


def _is_told(entry: Value) -> bool:
    if not isinstance(entry, dict) or "NotPrincipal" in entry or "NotAction" in entry:
        return False
    return is_known(entry.get("Principal")) and all(map(is_known, as_list(entry.get("Action"))))


def _assumes(entry: Mapping[str, Value]) -> bool:
    actions = [action.lower() for action in as_list(entry.get("Action")) if isinstance(action, str)]
    return any(can_both_match("sts:assumerole", action) for action in actions)


def _principals(given: Value) -> Iterator[Value]:
    """Everybody is the service too."""
    for option in as_list(given):
        yield from (
            (each for kind in option.values() for each in as_list(kind))
            if isinstance(option, dict)
            else [option]
        )


def _violation(resource: Resource, role: Resource, service: str, trusted: list[str]) -> Violation:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return Violation(
        role,
        f"Properties.{_TRUST}",
        f"{resource.logical_id} is to work with it, but the trust is for {', '.join(trusted)} and not for "
        f"{service}: nothing that takes this role works",
        f"add to the trust: {json.dumps(statement)}",
        cause=f"{role.id} {service}",
    )


RULE = Rule(
    id="role-trust",
    title="Services may assume the roles that they are given",
    severity=Severity.ERROR,
    explanation=(
        "A service works with a role only if the trust policy of the role names that service. Some refuse "
        "the deployment; a rule or a task is deployed, and then fails each time."
    ),
    fix="name the service in the trust policy of the role",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html",
    check=_check,
)
