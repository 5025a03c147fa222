"""The policy statements that apply to a role, wherever templates write them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from wellmade.graph.resolve.joining import document
from wellmade.graph.resolve.paths import values_at
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.targets import Targets
from wellmade.graph.resolve.values import Value, as_list, as_mapping, options, text

_ATTACHED = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy")
_RESOURCE_POLICIES = (
    "PolicyDocument",
    "KeyPolicy",
    "ResourcePolicy",
    "ResourcePolicy.PolicyDocument",
    "Replicas.0.ResourcePolicy.PolicyDocument",
    "AccessPolicies",
    "AccessPolicy",
    "Policy",
    "RepositoryPolicyText",
    "FileSystemPolicy",
)
_PROFILE = "AWS::IAM::InstanceProfile"
_LEADS_TO_ROLE = {
    "AWS::ECS::Service": (("TaskDefinition",), "AWS::ECS::TaskDefinition"),
    _PROFILE: (("Roles",), "AWS::IAM::Role"),
    "AWS::EC2::Instance": (("IamInstanceProfile",), _PROFILE),
    "AWS::EC2::LaunchTemplate": (
        ("LaunchTemplateData.IamInstanceProfile.Arn", "LaunchTemplateData.IamInstanceProfile.Name"),
        _PROFILE,
    ),
    "AWS::AutoScaling::LaunchConfiguration": (("IamInstanceProfile",), _PROFILE),
}
"""What names a role only by way of another resource: where, and of which type that is."""
ROLE_PROPERTIES = {
    "AWS::Lambda::Function": "Role",
    "AWS::Serverless::Function": "Role",
    "AWS::ECS::TaskDefinition": "TaskRoleArn",
    "AWS::StepFunctions::StateMachine": "RoleArn",
    "AWS::Serverless::StateMachine": "Role",
    "AWS::Pipes::Pipe": "RoleArn",
    "AWS::CodeBuild::Project": "ServiceRole",
    "AWS::Glue::Job": "Role",
    "AWS::KinesisFirehose::DeliveryStream": "ExtendedS3DestinationConfiguration.RoleARN",
}
"""The property that names the role with which a resource works."""


@dataclass(frozen=True, eq=False)
class Statement:
    """One statement of a policy document; what it does not say is empty."""

    effect: str
    actions: tuple[str, ...]
    resources: tuple[Value, ...]
    policy: Resource
    """The resource that writes it: a role, a policy, a bucket policy."""
    not_actions: tuple[str, ...] = ()
    not_resources: tuple[Value, ...] = ()
    conditions: Mapping[str, Value] = field(default_factory=dict)
    principals: Mapping[str, Value] = field(default_factory=dict)
    not_principals: Mapping[str, Value] = field(default_factory=dict)
    sid: str | None = None
    path: str = ""
    """Where it stands in the policy's properties, such as `PolicyDocument.Statement.0`."""
    version: str = ""
    """Of the language of its policy; empty where the policy does not say, which means the one of 2008."""
    unread: tuple[str, ...] = ()
    """Elements of it that are written and cannot be read, so that they are left out above."""


def statements_in(policy: Resource, path: str) -> Iterator[Statement]:
    """Yield the statements of the policy document at a path of a resource's properties."""
    written = as_mapping(document(policy.get(path)))
    version = _version(written.get("Version"))
    for index, entry in enumerate(as_list(written.get("Statement"))):
        if isinstance(entry, dict):
            yield _statement(policy, entry, f"{path}.Statement.{index}", version)


def _version(value: Value) -> str:
    """Return the version of a policy, which YAML may read as a date."""
    return str(value) if isinstance(value, str | date) else ""


def _statement(policy: Resource, entry: Mapping[str, Value], path: str, version: str) -> Statement:
    return Statement(
        effect=text(entry.get("Effect")) or "",
        actions=tuple(_texts(entry.get("Action"))),
        resources=tuple(as_list(entry.get("Resource"))),
        policy=policy,
        not_actions=tuple(_texts(entry.get("NotAction"))),
        not_resources=tuple(as_list(entry.get("NotResource"))),
        conditions=as_mapping(entry.get("Condition")),
        principals=_principals(entry.get("Principal")),
        not_principals=_principals(entry.get("NotPrincipal")),
        sid=text(entry.get("Sid")),
        path=path,
        version=version,
        unread=tuple(_unread(entry)),
    )


def _unread(entry: Mapping[str, Value]) -> Iterator[str]:
    """Yield the elements of which something is no text, and a condition that is none."""
    for name in ("Action", "NotAction"):
        if any(not isinstance(each, str) for each in as_list(entry.get(name))):
            yield name
    written = entry.get("Condition", {})
    operators = [*as_mapping(written).values()]
    if (
        written is None
        or None in operators
        or any(not isinstance(each, dict) for value in (written, *operators) for each in options(value))
    ):
        yield "Condition"


def _principals(value: Value) -> Mapping[str, Value]:
    return {"*": "*"} if value == "*" else as_mapping(value)


def _texts(value: Value) -> list[str]:
    return [entry for entry in as_list(value) if isinstance(entry, str)]


def own_policy(resource: Resource) -> Iterator[Statement]:
    """Yield the statements of the resource policy that a resource has or is."""
    for path in _RESOURCE_POLICIES:
        if path.partition(".")[0] in resource.properties:
            yield from statements_in(resource, path)
    if resource.type == "AWS::Events::EventBusPolicy":
        entry = as_mapping(document(resource.get("Statement")))
        if entry:
            yield _statement(resource, entry, "Statement", "2012-10-17")


class Statements:
    """All identity policies by the role that they apply to."""

    def __init__(self, targets: Targets) -> None:
        """Collect inline and attached policies once."""
        self._targets = targets
        self._of_role: dict[Resource, list[Statement]] = defaultdict(list)
        for role in targets.of_type("AWS::IAM::Role"):
            self._of_role[role].extend(self._inline(role))
        for policy in targets.of_type(*_ATTACHED):
            found = list(statements_in(policy, "PolicyDocument"))
            for role in self._roles(policy):
                self._of_role[role].extend(found)

    def of(self, resource: Resource) -> list[Statement]:
        """Return the statements of a role, or of the role behind another resource."""
        role = self.role_of(resource)
        return self._of_role.get(role, []) if role else []

    def role_of(self, resource: Resource) -> Resource | None:
        """Return the role with which a resource works; a role is its own."""
        if resource.type == "AWS::IAM::Role":
            return resource
        paths, leads_to = _LEADS_TO_ROLE.get(resource.type, ((), ""))
        for value in (value for path in paths for value in values_at(resource.properties, path)):
            found = self._targets.target(value, leads_to)
            if found:
                return self.role_of(found)
        path = ROLE_PROPERTIES.get(resource.type)
        return self._targets.target(resource.get(path), "AWS::IAM::Role") if path else None

    def _inline(self, role: Resource) -> Iterable[Statement]:
        for index in range(len(as_list(role.get("Policies")))):
            yield from statements_in(role, f"Policies.{index}.PolicyDocument")
        for value in as_list(role.get("ManagedPolicyArns")):
            managed = self._targets.target(value, "AWS::IAM::ManagedPolicy")
            if managed:
                yield from statements_in(managed, "PolicyDocument")

    def _roles(self, policy: Resource) -> Iterator[Resource]:
        for value in as_list(policy.get("Roles", policy.get("RoleName"))):
            role = self._targets.target(value, "AWS::IAM::Role")
            if role:
                yield role
