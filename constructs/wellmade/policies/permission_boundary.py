"""The most that a role may ever do."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from wellmade.facts.iam import MANAGED_POLICY_CHARACTERS
from wellmade.kit.lookups import default_child, offers, path_of, stack_of
from wellmade.kit.policies import characters_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.roles import WorkloadRole, role_of
from wellmade.kit.suppressions import suppress_wildcards
from wellmade.kit.synth_checks import Synthesized, check_at_synth
from wellmade.kit.workload import AnyWorkload, workload_of
from wellmade.policies.need import Need

GRANTS_NOTHING = "A boundary grants nothing: what a role may do is in its own policies, on resources by name."
LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")
TRACES = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
INTERFACES = (
    *("ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"),
    "ec2:UnassignPrivateIpAddresses",
)
LOOKS = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets")


class PermissionBoundary(iam.ManagedPolicy):
    """Keep a workload within its needs, whatever its role is granted later.

    Defines: managed policy, which holds the needs and what Lambda itself does for a function: write the log,
    send traces, and in a network connect it.

    It is an `iam.ManagedPolicy` and grants nothing: `Need.grant` does, or a pattern's own `grant_…` and
    `connect`. Synthesis fails where one of our functions or programs within it was granted an action that it
    does not hold. Resources are not compared, nor what roles of other classes were granted: there AWS denies
    the call. A key, a secret or a workflow whose own policy or definition names the role must be limited by a
    boundary of another stack: CloudFormation takes no cycle.

    Example:
        function = PythonFunction(self, "Parcels", code="parcel_shipping")
        needs = [consume_messages(DurableQueue(self, "Orders")), publish(EncryptedTopic(self, "News"))]
        for need in needs:
            need.grant(function)
        PermissionBoundary(self, "Limit", needs=needs).limit(function)

    Args:
        needs: All that is allowed at most, from the functions of this package.

    Raises:
        RefusedError: If there is no need; at synth also if a role within it was granted more, or the policy
            is longer than IAM takes.
    """

    def __init__(self, scope: Construct, construct_id: str, *, needs: Sequence[Need]) -> None:
        if not needs:
            fix = "list them, such as needs=[read_prefix(bucket, 'incoming/')]"
            raise refusal(f"{path_of(scope)}/{construct_id}", "needs", "at least one", "none", fix)
        held = [each for need in needs for each in need.statements]
        super().__init__(
            scope,
            construct_id,
            description="The most that a role may do; it grants nothing.",
            statements=[each.statement() for each in held],
        )
        self._actions = {action for each in held for action in each.actions}
        self._limited: list[tuple[str, WorkloadRole]] = []
        self._has_interfaces = False
        suppress_wildcards(self, [arn for each in held for arn in each.resources], GRANTS_NOTHING)
        self._hold(LOGS, [self._arn("logs", "log-group:*")])
        self._hold(TRACES, ["*"])
        check_at_synth(self, self._broken)

    @property
    def resource(self) -> iam.CfnManagedPolicy:
        """The CloudFormation resource, for properties that this class has no option for."""
        return cast(iam.CfnManagedPolicy, default_child(self))

    def limit(self, workload: AnyWorkload) -> None:
        """Put a workload's role within this boundary.

        Args:
            workload: What is limited.

        Raises:
            RefusedError: If its role is imported.
        """
        limited = workload_of(self, workload)
        role = role_of(limited.grant_principal)
        resource = default_child(role) if role is not None else None
        if role is None or not isinstance(resource, iam.CfnRole):
            fix = "limit it where its role is defined"
            raise refusal(self, "workload", "one whose role this app defines", limited.node.path, fix)
        if _is_in_network(workload):
            self._hold_interfaces()
        iam.PermissionsBoundary.of(role).apply(cast(iam.IManagedPolicy, self))
        if isinstance(role, WorkloadRole):
            self._limited.append((limited.node.path, role))

    def _hold(self, actions: Sequence[str], arns: list[str]) -> None:
        self._actions |= set(actions)
        self.add_statements(iam.PolicyStatement(actions=list(actions), resources=arns))
        suppress_wildcards(self, arns, GRANTS_NOTHING)

    def _hold_interfaces(self) -> None:
        if not self._has_interfaces:
            self._has_interfaces = True
            kinds = ("network-interface/*", "security-group/*", "subnet/*")
            self._hold(INTERFACES, [self._arn("ec2", kind) for kind in kinds])
            self._hold(LOOKS, ["*"])

    def _arn(self, service: str, resource: str) -> str:
        stack = stack_of(self)
        return f"arn:{stack.partition}:{service}:{stack.region}:{stack.account}:{resource}"

    def _broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        for path, role in self._limited:
            granted = {action for each in role.granted for action in each.actions}
            more = sorted(granted - self._actions)
            if more:
                fix = f"add the need for what {path} calls, or take the grant away"
                yield refusal(self, "needs", "all that the role is granted", f"none for {more[0]}", fix)
        document: Any = synthesized.properties(self.resource).get("PolicyDocument", {})
        size = characters_of(document)
        if size > MANAGED_POLICY_CHARACTERS:
            allowed = f"short enough for a policy of {MANAGED_POLICY_CHARACTERS:,} characters"
            fix = "give each workload a boundary of its own"
            yield refusal(
                self,
                "needs",
                allowed,
                f"{size:,} of them",
                fix,
                rule="managed-policy-size",
                resource=self.resource,
            )


def _is_in_network(workload: AnyWorkload) -> bool:
    function = workload if offers(workload, "is_bound_to_vpc") else getattr(workload, "function", None)
    return offers(function, "is_bound_to_vpc") and cast(lambda_.IFunction, function).is_bound_to_vpc
