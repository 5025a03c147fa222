"""The option `function=` of every pattern: a name, a path, our function, or anybody's."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import jsii
from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from wellmade.foundation.alarms import Thresholds
from wellmade.foundation.function_alarms import FUNCTION_THRESHOLDS, FunctionAlarms, define_function_alarms
from wellmade.foundation.provisioned_concurrency import ProvisionedConcurrency
from wellmade.foundation.python_function import PythonFunction
from wellmade.kit.allowing import MayCall
from wellmade.kit.environments import BOTH, refuse_elsewhere
from wellmade.kit.lookups import offers, path_of
from wellmade.kit.refusals import refusal
from wellmade.kit.workload import AnyFunction, FunctionWorkload, Workload, reservation_of, timeout_of

FunctionOption = str | Path | lambda_.IFunction | lambda_.FunctionBase
"""The name of a handler that travels with the library, the path of your own, or any function."""


@dataclass(frozen=True)
class Handling:
    """A function as a pattern uses it."""

    given: AnyFunction
    """The function itself."""
    invocable: lambda_.IFunction
    """What sources and APIs invoke: its alias where it has one."""
    workload: Workload
    alarms: FunctionAlarms
    timeout: float | None
    """In seconds; None where it cannot be read."""
    reserved: int | None
    is_own: bool
    """Whether the pattern has defined it."""


def handling(
    scope: Construct,
    function: FunctionOption,
    *,
    construct_id: str = "Worker",
    timeout: Duration | None = None,
    reserved_concurrency: int | None = 10,
    environment: Mapping[str, str] | None = None,
    encryption_key: kms.IKey | None = None,
    provisioned_concurrency: int | ProvisionedConcurrency | None = None,
    alarm_thresholds: Thresholds | None = None,
    lets_in: bool = False,
    waits: bool = False,
) -> Handling:
    """Take the function that a pattern is given, or define it.

    Args:
        scope: The pattern.
        function: What the user gave.
        construct_id: Id of a function that is defined here.
        timeout: Of a function that is defined here. Default: 60 seconds.
        reserved_concurrency: Of a function that is defined here.
        environment: Variables; set on a function of the user's too.
        encryption_key: Of a function that is defined here. Default: keys of AWS.
        provisioned_concurrency: Of a function that is defined here. Default: none.
        alarm_thresholds: Of the pattern; those of other alarms are left alone.
        lets_in: Whether an imported function of another account is taken, whose owner lets the pattern in.
        waits: Whether what feeds the function waits while all its copies are at work, as a queue does: no
            alarm on that is defined here unless a threshold is given.

    Raises:
        RefusedError: If it is neither a name, a path nor a function, or is of another region or account.
    """
    thresholds = {k: v for k, v in (alarm_thresholds or {}).items() if k in FUNCTION_THRESHOLDS}
    all_thresholds = {"concurrency": None, **thresholds} if waits else thresholds
    if isinstance(function, str | Path):
        own = PythonFunction(
            scope,
            construct_id,
            code=function,
            timeout=timeout,
            reserved_concurrency=reserved_concurrency,
            environment=environment,
            encryption_key=encryption_key,
            provisioned_concurrency=provisioned_concurrency,
            alarm_thresholds=cast("None", all_thresholds),
        )
        return _of_ours(own, is_own=True)
    if not offers(function, "function_arn"):
        allowed = "the name of a bundled handler, a pathlib.Path, or a Lambda function"
        fix = "pass a PythonFunction for a handler with options of its own"
        raise refusal(scope, "function", allowed, type(function).__name__, fix)
    refuse_elsewhere(scope, "function", function, imported=["region"] if lets_in else BOTH)
    ours = _ours(function)
    if ours:
        _refuse_thresholds(scope, thresholds)
    found = _of_ours(ours, is_own=False) if ours else _of_others(scope, function, all_thresholds)
    for name, value in (environment or {}).items():
        found.workload.add_environment(name, value)
    return found


def _ours(function: AnyFunction) -> PythonFunction | None:
    """Return the `PythonFunction` that was given, or whose alias `live` was."""
    defined = function.version.lambda_ if isinstance(function, lambda_.Alias) else function
    if not isinstance(defined, PythonFunction):
        return None
    is_meant = defined is function or path_of(defined.invocable) == path_of(function)
    return defined if is_meant else None


def _refuse_thresholds(scope: Construct, thresholds: Thresholds) -> None:
    for name in thresholds:
        allowed = "left out beside a PythonFunction"
        fix = "set it on the PythonFunction, which has the alarm already"
        raise refusal(scope, f"alarm_thresholds[{name!r}]", allowed, "a threshold", fix)


def _of_ours(function: PythonFunction, *, is_own: bool) -> Handling:
    return Handling(
        function,
        function.invocable,
        function,
        function.alarms,
        timeout_of(function),
        function.max_concurrency,
        is_own,
    )


def _of_others(scope: Construct, function: AnyFunction, thresholds: Thresholds) -> Handling:
    given = cast(lambda_.IFunction, function)
    timeout, reserved = timeout_of(given), reservation_of(given)
    alarms = define_function_alarms(scope, given, thresholds, timeout=timeout, reserved=reserved)
    # A class of one's own may know better how its role is to be written.
    workload = cast(Workload, given) if offers(given, "allow") else FunctionWorkload(given)
    return Handling(given, given, workload, alarms, timeout, reserved, is_own=False)


@jsii.implements(iam.IGrantable, ec2.IConnectable)
class WorkloadPattern(MayCall, Construct):
    """What every pattern is that runs code: a workload itself, to which stores are connected."""

    _workload: Workload
    """What runs the code."""

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The code's role, so that a resource's own `grant_…` methods take this construct."""
        return self._workload.grant_principal

    @property
    def connections(self) -> ec2.Connections:
        """The code in its network.

        Raises:
            RefusedError: If it runs in no network.
        """
        return self._workload.connections

    @property
    def max_concurrency(self) -> int | None:
        """Most copies at once; None where it is not known."""
        return self._workload.max_concurrency

    @property
    def _calls(self) -> Workload:
        return self._workload

    def add_environment(self, name: str, value: str, /) -> None:
        """Set a variable for the handler, such as the name of a table that is defined later.

        Args:
            name: The variable.
            value: What it holds; no secret.
        """
        self._workload.add_environment(name, value)


class FunctionPattern(WorkloadPattern):
    """What every pattern is that runs a function."""

    _handling: Handling

    def _use(self, handling: Handling) -> None:
        self._handling, self._workload = handling, handling.workload

    @property
    def function(self) -> lambda_.IFunction:
        """What does the work."""
        return cast(lambda_.IFunction, self._handling.given)
