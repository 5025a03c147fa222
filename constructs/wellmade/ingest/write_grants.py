"""Which objects a role may write, by whatever policy of the app."""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

from wellmade.facts.s3 import WRITES_ALL
from wellmade.ingest.arn_texts import ArnTexts, is_local
from wellmade.kit.lookups import path_of, same_environment, same_stack, stack_of
from wellmade.kit.synth_checks import Synthesized

_WRITE = "s3:putobject"
_POLICIES = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy")


def writable_objects(
    synthesized: Synthesized, scope: IConstruct, role: iam.IRole, buckets: Sequence[s3.IBucket]
) -> Iterator[str]:
    """Yield the patterns of object ARNs that a role may write.

    Read are its inline policies, policies beside it, customer and AWS managed ones, and policies of buckets,
    in all templates of the app. What is denied elsewhere counts as allowed.

    Args:
        synthesized: The templates.
        scope: The pipeline.
        role: Whose permissions are asked for.
        buckets: Those that may be written to across stacks.
    """
    near = [stack_of(each) for each in (scope, role, *buckets)]
    for place in {path_of(each): each for each in (*near, *synthesized.stacks(scope))}.values():
        resources = synthesized.resources(place)
        texts, names = ArnTexts(synthesized, place, buckets), _names(synthesized, role, place, resources)
        for resource in resources.values():
            for statement in _statements(resource, names, resources):
                yield from (text for arn in _written(statement) for text in texts.of(arn))
            if _is_role(resource, names, resources) and _has_wide_policy(resource):
                yield "*"


def _names(
    synthesized: Synthesized, role: iam.IRole, place: IConstruct, resources: Mapping[str, Any]
) -> list[Any]:
    """Return how the role is called in the template of `place`, by name and ARN; never as one of its own."""
    if not same_environment(role, place):
        return []  # a template refers to nothing of another region or account
    names = [synthesized.resolve(place, each) for each in (role.role_name, role.role_arn)]
    return [each for each in names if same_stack(role, place) or not is_local(each, resources)]


def _is_role(resource: Mapping[str, Any], names: list[Any], resources: Mapping[str, Any]) -> bool:
    if resource["Type"] != "AWS::IAM::Role":
        return False
    return any(
        isinstance(name, dict) and "Ref" in name and resources.get(name["Ref"]) is resource for name in names
    )


def _has_wide_policy(resource: Mapping[str, Any]) -> bool:
    given = str(resource.get("Properties", {}).get("ManagedPolicyArns", []))
    return any(f"policy/{name}" in given for name in WRITES_ALL)


def _statements(
    resource: Mapping[str, Any], names: list[Any], resources: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """Yield the statements of a resource that speak of the role."""
    kind, properties = resource["Type"], resource.get("Properties", {})
    if _is_role(resource, names, resources):
        for policy in properties.get("Policies", []):
            yield from _listed(policy["PolicyDocument"]["Statement"])
        for arn in properties.get("ManagedPolicyArns", []):
            managed = resources.get(str(arn["Ref"])) if isinstance(arn, dict) and "Ref" in arn else None
            if managed:
                yield from _listed(managed["Properties"]["PolicyDocument"]["Statement"])
    elif kind in _POLICIES and _names_role(properties, names):
        yield from _listed(properties["PolicyDocument"]["Statement"])
    elif kind == "AWS::S3::BucketPolicy":
        for statement in _listed(properties["PolicyDocument"]["Statement"]):
            if _is_principal(statement.get("Principal"), names):
                yield statement


def _names_role(properties: Mapping[str, Any], names: list[Any]) -> bool:
    return any(role in names for role in [*properties.get("Roles", []), properties.get("RoleName")])


def _is_principal(principal: Any, names: list[Any]) -> bool:
    found = principal.get("AWS", []) if isinstance(principal, dict) else principal
    return any(each == "*" or each in names for each in _listed(found))


def _written(statement: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the resources on which a statement allows objects to be written."""
    if statement.get("Effect") != "Allow" or not _allows_writing(statement):
        return
    yield from _listed(statement.get("Resource", "*"))


def _allows_writing(statement: Mapping[str, Any]) -> bool:
    if "NotAction" in statement:
        return not any(_matches(action) for action in _listed(statement["NotAction"]))
    return any(_matches(action) for action in _listed(statement.get("Action", [])))


def _matches(action: str) -> bool:
    return fnmatchcase(_WRITE, action.lower())


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
