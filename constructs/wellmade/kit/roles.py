"""The least-privilege role of a workload: every grant in it, whole actions on named resources."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.kit.exact_arns import is_arn, names_no_resource, readable
from wellmade.kit.lookups import default_child, offers, path_of, refers_within, settle
from wellmade.kit.policies import actions_in, managed_policies_of
from wellmade.kit.refusals import refusal
from wellmade.kit.registry import Registry
from wellmade.kit.suppressions import suppress_wildcards
from wellmade.kit.template_metadata import record

UNKNOWN_KEYS = "Keys are not known beforehand; the bucket and the prefix are."
"""Why an ARN ends with a wildcard where nobody says otherwise."""

HANDLER = "Handler"
"""The policy's name in roles of functions."""

_INLINE = frozenset(
    {"cloudwatch", "dynamodb", "ec2", "ecr", "elasticache", "elasticloadbalancing", "events", "kinesis"}
    | {"logs", "rds-db", "s3", "sns", "sqs", "xray"}
)
"""Services whose resources never name the role themselves, so that the role may name them.

Others may, in a policy of their own: a key, a secret, a state machine. A statement inside the role would then
close a cycle, which CloudFormation refuses.
"""


@dataclass(frozen=True)
class Granted:
    """What a role was given at once."""

    actions: tuple[str, ...]
    used_by: str | None
    """Who makes the calls, where it is not the code."""


class WorkloadRole(iam.Role):
    """Least-privilege execution role of a handler or a program.

    Statements on resources of the same stack are in a policy inside the role, which exists before the first
    event arrives. What lies in another stack, and what may name the role itself (keys, secrets, state
    machines), is in the usual policy beside it.

    Args:
        assumed_by: The service that runs the workload.
        policy_name: What the policy inside the role is called.
        owner: Path of the workload, for refusals. Default: where the role is defined.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        assumed_by: iam.IPrincipal,
        policy_name: str,
        owner: str | None = None,
    ) -> None:
        self._owner = owner or path_of(scope)
        self._policy = iam.PolicyDocument()
        self._policy_name = policy_name
        self._is_written = False
        self._granted: list[Granted] = []
        self._attached: list[iam.Policy] = []
        self.when_granted: list[Callable[[], None]] = []
        """Called whenever the code is granted something, by whatever way."""
        self.is_of_lambda: bool = policy_name == HANDLER
        settle(self, scope, construct_id)
        super().__init__(scope, construct_id, assumed_by=assumed_by)
        self._resource = cast(iam.CfnRole, default_child(self))

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        reason: str | None = None,
        used_by: str | None = None,
        keyed: bool = False,
        conditions: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a statement; see `PythonFunction.allow`.

        Args:
            actions: Whole names.
            resources: ARNs.
            reason: Why no narrower resource will do.
            used_by: Who makes the calls where it is not the code.
            keyed: The resource is encrypted with a key of the user's, whose policy may name this role.
            conditions: When it holds, as IAM writes it. Default: always.
        """
        self._refuse_wide(actions, resources, reason)
        self._granted.append(Granted(tuple(actions), used_by))
        statement = iam.PolicyStatement(
            actions=list(actions), resources=list(resources), conditions=conditions
        )
        if keyed or not self._goes_inside(actions, resources):
            super().add_to_principal_policy(statement)
        else:
            self._add_inside(statement)
        wildcards = [resource for resource in resources if "*" in resource and not resource.endswith(":*")]
        why = reason or UNKNOWN_KEYS
        suppress_wildcards(self, wildcards, why)
        if used_by:
            record(self._resource, "wellmade", "calls", [{"actions": list(actions), "calledBy": used_by}])
        else:
            self._tell()

    @property
    def granted(self) -> list[Granted]:
        """All that the role was given, by `allow`, by `grant_…` methods and by policies of the app."""
        attached: list[iam.Policy | iam.ManagedPolicy] = [
            policy for policy in self._attached if not _of_service.has(policy)
        ]
        attached += managed_policies_of(self)
        return [*self._granted, *(Granted(found, None) for each in attached if (found := actions_in(each)))]

    def add_to_principal_policy(self, statement: iam.PolicyStatement) -> iam.AddToPrincipalPolicyResult:
        """Add a statement that somebody else grants, such as a `grant_…` method; see `iam.Role`."""
        self._granted.append(Granted(tuple(statement.actions), None))
        self._tell()
        return super().add_to_principal_policy(statement)

    def attach_inline_policy(self, policy: iam.Policy) -> None:
        """Attach a policy; see `iam.Role`."""
        # Not the role's own: what is added to that comes by the method above.
        if path_of(policy) != f"{path_of(self)}/DefaultPolicy":
            self._attached.append(policy)
            self._tell()
        super().attach_inline_policy(policy)

    def add_managed_policy(self, policy: iam.IManagedPolicy) -> None:
        """Attach a managed policy, of the app or of AWS; see `iam.Role`."""
        self._tell()
        super().add_managed_policy(policy)

    def note_requests(self) -> None:
        """Note that the code sends requests for which it needs no permission, such as to a public service."""
        self._tell()

    def _tell(self) -> None:
        for each in self.when_granted:
            each()

    def _goes_inside(self, actions: Sequence[str], resources: Sequence[str]) -> bool:
        if {action.split(":")[0] for action in actions} - _INLINE:
            return False
        return all(refers_within(self, arn) for arn in resources)

    def _add_inside(self, statement: iam.PolicyStatement) -> None:
        if not self._is_written:
            # Not before there is something in it: IAM refuses an empty policy.
            self._is_written = True
            inline = iam.CfnRole.PolicyProperty(policy_name=self._policy_name, policy_document=self._policy)
            self._resource.policies = [inline]
        self._policy.add_statements(statement)

    def _refuse_wide(self, actions: Sequence[str], resources: Sequence[str], reason: str | None) -> None:
        said = [readable(self, each) for each in actions]
        wide = next((text for texts in said for text in texts if "*" in text or "?" in text), None)
        if wide or not actions:
            fix = "name each action that the code calls"
            got = repr(wide) if wide else "none"
            raise refusal(self._owner, "actions", "whole names", got, fix, rule="wildcard-action")
        arns = [text for each in resources for text in readable(self, each)]
        wrong = next((arn for arn in arns if not is_arn(arn)), None)
        open_ended = None if reason else next((arn for arn in arns if names_no_resource(arn)), None)
        if wrong is not None or open_ended or not resources:
            fix = "name the resource, or give the reason why there is none"
            found = repr(wrong if wrong is not None else open_ended) if resources else "none"
            rule = "wildcard-resource" if open_ended else None
            raise refusal(self._owner, "resources", "ARNs of resources", found, fix, rule=rule)


_of_service: Registry[list[None]] = Registry(list)


def note_service_uses(policy: iam.Policy) -> iam.Policy:
    """Note that a policy beside a role is for calls that the service makes, and return it.

    Such as those of an event source: they do not leave by the workload's network.
    """
    _of_service.of(policy)
    return policy


def note_requests(principal: iam.IPrincipal) -> None:
    """Note that a workload sends requests for which it needs no permission: its network must let them out.

    Args:
        principal: The workload's; of somebody else's workload the network is its owner's.
    """
    role = role_of(principal)
    if isinstance(role, WorkloadRole):
        role.note_requests()


def role_of(principal: iam.IPrincipal) -> iam.IRole | None:
    """Return the role that a principal is; None where it is something else."""
    return cast(iam.IRole, principal) if offers(principal, "role_arn") else None
