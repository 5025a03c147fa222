"""What grants and settings are given to: a function, a service or a worker, ours or anybody's."""

from collections.abc import Sequence
from typing import Protocol, cast

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct, Node

from wellmade.facts.lambda_ import DEFAULT_TIMEOUT
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.lookups import default_child, is_unresolved, offers
from wellmade.kit.refusals import refusal
from wellmade.kit.roles import UNKNOWN_KEYS
from wellmade.kit.suppressions import suppress_wildcards


class Workload(Protocol):
    """Code that calls AWS under a role of its own, however it is run."""

    @property
    def node(self) -> Node:
        """Its place in the tree."""

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The role, so that a resource's own `grant_…` methods take this construct."""

    @property
    def max_concurrency(self) -> int | None:
        """Most executions or tasks at once, those of a release under way included; None where unknown."""

    @property
    def connections(self) -> ec2.Connections:
        """Its network interfaces, with the security groups that they share.

        Raises:
            ValueError: If it runs in no network.
        """

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        reason: str | None = None,
        used_by: str | None = None,
        keyed: bool = False,
    ) -> None:
        """Let the code call exactly these actions on exactly these resources.

        Args:
            actions: Whole names.
            resources: ARNs.
            reason: Why no narrower resource will do.
            used_by: Who makes the calls where it is not the code.
            keyed: The resource is encrypted with a key of the user's, whose policy may name the role.
        """

    def add_environment(self, name: str, value: str, /) -> object:
        """Set a variable for the code."""


AnyFunction = lambda_.IFunction | lambda_.FunctionBase
AnyWorkload = Workload | lambda_.IFunction | lambda_.FunctionBase
"""A workload of ours, or anybody's function."""


def workload_of(scope: IConstruct, given: AnyWorkload) -> Workload:
    """Return a workload as it is, or anybody's function as one.

    Args:
        scope: Whose method it was given to.
        given: What the user has.

    Raises:
        RefusedError: If it is neither, or of another account or region, where its clients look in vain for
            what is here; what answers at a URL can be called from anywhere.
    """
    if not offers(scope, "url") and offers(given, "node"):
        refuse_elsewhere(scope, "workload", getattr(given, "adapted", given))
    if offers(given, "allow"):
        return cast(Workload, given)
    if offers(given, "function_arn"):
        return FunctionWorkload(cast(lambda_.IFunction, given))
    fix = "pass the construct that runs the code, such as a QueueWorker, a WebService or a lambda_.Function"
    raise refusal(scope, "workload", "a workload of wellmade or a Lambda function", type(given).__name__, fix)


class FunctionWorkload:
    """Anybody's function, as a workload."""

    def __init__(self, function: lambda_.IFunction) -> None:
        self.function = self.adapted = function

    @property
    def node(self) -> Node:
        """The function's place in the tree."""
        return self.function.node

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The function's role."""
        return self.function.grant_principal

    @property
    def max_concurrency(self) -> int | None:
        """Its reservation; None where there is none, or it cannot be read."""
        return reservation_of(self.function)

    @property
    def connections(self) -> ec2.Connections:
        """Its network interfaces."""
        if not self.function.is_bound_to_vpc:
            fix = "give the function the vpc of what it is to reach"
            raise refusal(self.function, "vpc", "the network of what the function is to reach", None, fix)
        return self.function.connections

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        reason: str | None = None,
        used_by: str | None = None,  # noqa: ARG002 - of the protocol; somebody else's role records none
        keyed: bool = False,  # noqa: ARG002 - as above; the statement is beside the role anyway
    ) -> None:
        """Add a statement to the function's role.

        Raises:
            RefusedError: If the function is imported without its role.
        """
        if isinstance(self.function.grant_principal, iam.UnknownPrincipal):
            fix = f"import it with from_function_attributes and its role, which calls {', '.join(actions)}"
            raise refusal(self.function, "role", "given for an imported function", None, fix)
        iam.Grant.add_to_principal(
            grantee=self.function, actions=list(actions), resource_arns=list(resources)
        )
        if self.function.role:
            suppress_wildcards(self.function.role, resources, reason or UNKNOWN_KEYS)

    def add_environment(self, name: str, value: str, /) -> None:
        """Set a variable of the function.

        Raises:
            RefusedError: If the function is imported: its variables are set where it is defined.
        """
        defined = _defined(self.function)
        if not isinstance(defined, lambda_.Function):
            fix = f"set {name} where the function is defined, and use the grant_… methods here"
            raise refusal(self.function, "workload", "a function of this app", "an imported function", fix)
        defined.add_environment(name, value)


def _defined(function: AnyFunction) -> AnyFunction:
    """Return the function that an alias or a version is of."""
    if isinstance(function, lambda_.Alias):
        return _defined(function.version)
    if isinstance(function, lambda_.Version):
        return function.lambda_
    return function


def resource_of(function: AnyFunction) -> lambda_.CfnFunction | None:
    """Return the function's resource in the template; None for an imported one."""
    found = default_child(_defined(function))
    return found if isinstance(found, lambda_.CfnFunction) else None


def timeout_of(function: AnyFunction) -> float | None:
    """Return a function's timeout in seconds; None where it cannot be read."""
    resource = resource_of(function)
    if resource is None:
        return None
    timeout = DEFAULT_TIMEOUT if resource.timeout is None else resource.timeout
    return None if is_unresolved(timeout) else float(timeout)


def reservation_of(function: AnyFunction) -> int | None:
    """Return a function's reserved concurrency; None where there is none, or it cannot be read."""
    resource = resource_of(function)
    reserved = resource.reserved_concurrent_executions if resource else None
    return None if reserved is None or is_unresolved(reserved) else int(reserved)
