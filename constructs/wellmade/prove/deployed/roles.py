"""A role as templates deploy it: its policies, its boundary, and the policies of what it touches."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from wellmade.graph import Graph, Resource, Statement, Value, as_list, as_mapping, statements_in
from wellmade.prove.deployed import managed_policies
from wellmade.prove.deployed.documents import read, read_document
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.deployed.own_arns import role_arn
from wellmade.prove.deployed.readings import NOTHING, Readings, union
from wellmade.prove.deployed.resource_policies import ResourcePolicies
from wellmade.prove.deployed.unknowns import has_unknown
from wellmade.prove.deployed.unplaced import unplaced_policies
from wellmade.prove.policy import Policy
from wellmade.prove.policy.elements import Kind
from wellmade.prove.usage import Exemption

_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
_UNITS = ("AWS::Organizations::OrganizationalUnit", "AWS::Organizations::Account")
_SERVICE_CONTROL, _RESOURCE_CONTROL = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"


@dataclass(frozen=True)
class RolePolicies:
    """Everything that bears on a role's calls, at worst and at best."""

    arn: str
    identity: Readings
    boundary: Readings | None = None
    service_control: tuple[Readings, ...] = ()
    resource_control: Readings = NOTHING
    exemptions: tuple[Exemption, ...] = ()
    unread: tuple[str, ...] = ()
    """Policies of which it is not known what they allow."""


class Roles:
    """The roles of the templates, each compiled once.

    Args:
        graph: The templates.
        naming: How their values read.
        service_control: By name, policies of the organization beside those of the templates. Default: none.
        resource_control: As above.
    """

    def __init__(
        self,
        graph: Graph,
        naming: Naming,
        service_control: Mapping[str, Mapping[str, Any]] | None = None,
        resource_control: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self._graph = graph
        self._naming = naming
        self._service_control = [
            read_document(each, naming, name) for name, each in (service_control or {}).items()
        ]
        self._resource_control = [
            read_document(each, naming, name, "resource") for name, each in (resource_control or {}).items()
        ]
        self._known: dict[str, RolePolicies] = {}

    def policies_of(self, role: Resource) -> RolePolicies:
        """Return the policies of a role.

        Raises:
            PolicyError: If IAM would refuse one of them.
        """
        if role.id not in self._known:
            attached = list(self._attached(role))
            self._known[role.id] = RolePolicies(
                arn=self._naming.arn(role),
                identity=union([*self._identity(role), *attached]),
                unread=tuple(
                    reason for each in attached if not each.worst.statements for reason in each.unknown
                ),
                boundary=self._boundary(role),
                service_control=self._levels(),
                resource_control=union(
                    [*self._resource_control, *self._of_organization(_RESOURCE_CONTROL, "resource")]
                ),
                exemptions=tuple(_exemptions(role)),
            )
        return self._known[role.id]

    def condition_keys_of(self, role: Resource) -> frozenset[str]:
        """Return the condition keys, in lower case, that any policy asks for which bears on a role's calls.

        Raises:
            PolicyError: If IAM would refuse one of them.
        """
        found = self.policies_of(role)
        readings = [found.identity, found.resource_control, *found.service_control]
        readings += [found.boundary] if found.boundary else []
        return frozenset(_keys_in(readings)) | self._keys_of_resources

    @cached_property
    def _keys_of_resources(self) -> frozenset[str]:
        return self.resource_policies.keys_asked_for()

    @cached_property
    def resource_policies(self) -> ResourcePolicies:
        """ARN of a bucket, a queue, a key or whatever has a policy of its own, to that policy."""
        return ResourcePolicies(self._graph, self._naming)

    @cached_property
    def unplaced(self) -> list[Policy]:
        """Resource policies of which no template tells what they guard."""
        return unplaced_policies(self._graph, self._naming)

    def _identity(self, role: Resource) -> Iterator[Readings]:
        by_policy: dict[str, list[Statement]] = {}
        for statement in self._graph.statements_of(role):
            by_policy.setdefault(statement.policy.logical_id, []).append(statement)
        for name, statements in by_policy.items():
            yield read(statements, self._naming, name)

    def _attached(self, role: Resource) -> Iterator[Readings]:
        """Yield the policies that it names by their ARNs and that no template holds."""
        for value in as_list(role.get("ManagedPolicyArns")):
            if not self._graph.target(value, "AWS::IAM::ManagedPolicy"):
                yield self._managed(value)
        for connector in self._graph.of_type("AWS::Serverless::Connector"):
            # SAM attaches a policy to the role of what is connected: which one depends on both ends.
            source = self._graph.resources.get(f"{connector.stack}/{connector.get('Source.Id')}")
            if source and self._graph.role_of(source) is role:
                reason = f"what the connector {connector.logical_id} of SAM allows"
                yield Readings(Policy(()), Policy.parse(_EVERYTHING, connector.logical_id), (reason,))

    def _managed(self, value: Value) -> Readings:
        """Return a policy that no template holds: one of AWS's own, or one that is unknown."""
        [arn, *_] = [*self._naming.texts(value), ""]
        document = None if has_unknown(arn) else managed_policies.document(arn)
        if document is not None:
            return read_document(document, self._naming, arn.rpartition("/")[2])
        reason = self._naming.unknowns.spell(arn) if has_unknown(arn) else f"what {arn} allows"
        return Readings(Policy(()), Policy.parse(_EVERYTHING, arn.rpartition("/")[2]), (reason,))

    def _boundary(self, role: Resource) -> Readings | None:
        value = role.get("PermissionsBoundary")
        if value is None:
            return None
        boundary = self._graph.target(value, "AWS::IAM::ManagedPolicy")
        if boundary is None:
            return self._managed(value)
        return read(statements_in(boundary, "PolicyDocument"), self._naming, boundary.logical_id)

    def _levels(self) -> tuple[Readings, ...]:
        """Return the service control policies, level by level.

        Those that deny are taken as attached beside the one that allows everything. At which level one that
        allows is attached is not known: at worst each has one of its own, at best all have the same.
        """
        found = [*self._service_control, *self._of_organization(_SERVICE_CONTROL, "identity")]
        allowing = [each for each in found if any(one.allows for one in each.worst.statements)]
        denying = [each for each in found if each not in allowing]
        if not allowing:
            full = Policy.parse(_EVERYTHING, "FullAWSAccess")
            return (union([*denying, Readings(full, full)]),) if found else ()
        together = union(found)
        if len(allowing) == 1:
            return (together,)
        reason = (*together.unknown, "the level of the organization that each control policy is attached to")
        return tuple(Readings(union([*denying, each]).worst, together.best, reason) for each in allowing)

    def _of_organization(self, kind: str, parsed_as: Kind) -> Iterator[Readings]:
        for policy in self._graph.of_type("AWS::Organizations::Policy"):
            if policy.get("Type") == kind and not self._is_of_units(policy):
                yield read(statements_in(policy, "Content"), self._naming, policy.logical_id, parsed_as)

    def _is_of_units(self, policy: Resource) -> bool:
        """Tell whether a policy is for units of the templates alone, whose accounts nobody tells."""
        targets = as_list(policy.get("TargetIds"))
        return bool(targets) and all(self._graph.target(each, *_UNITS) for each in targets)


def task_roles_in(graph: Graph, naming: Naming) -> dict[str, Mapping[str, list[str]]]:
    """Return the ARN of each task definition, without its revision, to the roles of its tasks."""
    parameters = {"taskRoleArn": "TaskRoleArn", "executionRoleArn": "ExecutionRoleArn"}
    return {
        naming.open_arn(each): {
            name: [role_arn(text, naming) for text in naming.arns([each.get(property_)]) if text]
            for name, property_ in parameters.items()
        }
        for each in graph.of_type("AWS::ECS::TaskDefinition")
    }


def profiles_in(graph: Graph, naming: Naming) -> dict[str, list[str]]:
    """Return the ARN of each instance profile to the role behind it."""
    return {
        naming.open_arn(each): [role_arn(text, naming) for text in naming.arns(as_list(each.get("Roles")))]
        for each in graph.of_type("AWS::IAM::InstanceProfile")
    }


def _keys_in(readings: Iterable[Readings]) -> Iterator[str]:
    return (key for each in readings for way in (each.worst, each.best) for key in way.keys)


def _exemptions(role: Resource) -> Iterator[Exemption]:
    """Yield the grants that the template says somebody else uses: `Metadata.wellmade.calls` of the role."""
    for entry in as_list(as_mapping(role.metadata.get("wellmade")).get("calls")):
        for action in as_list(as_mapping(entry).get("actions")):
            yield Exemption(str(action), str(as_mapping(entry).get("calledBy", "")))
