"""A function in Node.js with house defaults and a role that holds exactly what its code calls."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from wellmade.foundation.function_platform import allow_platform, define_execution, suppress_findings
from wellmade.kit.lookups import default_child, path_of
from wellmade.kit.packaging import bundled_handlers
from wellmade.kit.secrets import IN_FUNCTION, refuse_plaintext_secrets
from wellmade.kit.variables import refuse_wrong_names

TESTS = "test"
"""Folder of the code's own tests, which stay at home."""


class NodeFunction(lambda_.Function):
    """Run a handler in Node.js, under a role that holds exactly what it calls.

    Defines: function, role, log group. The pattern that it is given to defines its alarms.

    The code travels as it is, without its folder `test`; the AWS SDK is Lambda's own. Where there is
    something to bundle, or TypeScript, take `NodejsFunction` of the CDK, which every pattern takes as well.

    Args:
        code: The `Path` of your own folder, or the name of one that travels with this library.
        handler: File and function in it. Default: `handler.handler`.
        memory_size: Memory in MiB. Default: 512.
        timeout: Most time for one invocation. Default: 10 seconds.
        environment: Variables for the handler; no secrets. Default: none.
        reserved_concurrency: Most copies at once, which are reserved in the account. Default: 10.

    Raises:
        RefusedError: If a variable looks like a secret, or its name is none.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: str | Path,
        handler: str = "handler.handler",
        memory_size: int = 512,
        timeout: Duration | None = None,
        environment: Mapping[str, str] | None = None,
        reserved_concurrency: int = 10,
    ) -> None:
        path = f"{path_of(scope)}/{construct_id}"
        refuse_wrong_names(path, environment or {})
        refuse_plaintext_secrets(path, environment or {}, IN_FUNCTION)
        folder = bundled_handlers() / code if isinstance(code, str) else code
        role, log_group = define_execution(scope, construct_id, path, logs.RetentionDays.ONE_MONTH, None)
        super().__init__(
            scope,
            construct_id,
            code=lambda_.Code.from_asset(str(folder), exclude=[TESTS]),
            handler=handler,
            runtime=lambda_.Runtime.NODEJS_24_X,
            architecture=lambda_.Architecture.ARM_64,
            environment=dict(environment or {}),
            log_group=cast(logs.ILogGroup, log_group),
            logging_format=lambda_.LoggingFormat.JSON,
            memory_size=memory_size,
            reserved_concurrent_executions=reserved_concurrency,
            role=cast(iam.IRole, role),
            timeout=timeout or Duration.seconds(10),
        )
        self._own_role, self._reserved = role, reserved_concurrency
        allow_platform(self, log_group, None)
        suppress_findings(self, role, has_key=False, in_network=False)

    @property
    def max_concurrency(self) -> int | None:
        """Most copies at once: its reservation."""
        return self._reserved

    @cached_property
    def resource(self) -> lambda_.CfnFunction:
        """The CloudFormation resource, for properties that this class has no option for."""
        return cast(lambda_.CfnFunction, default_child(self))

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        reason: str | None = None,
        used_by: str | None = None,
        keyed: bool = False,
    ) -> None:
        """Let the handler call exactly these actions on exactly these resources; see `PythonFunction.allow`.

        Args:
            actions: Whole names, without wildcards.
            resources: ARNs; one that names no resource only with a reason.
            reason: Why no narrower resource will do. Default: it is not needed.
            used_by: Who makes these calls where it is not the handler. Default: the handler.
            keyed: The resource is encrypted with a key of your own. Default: False.

        Raises:
            RefusedError: If an action has a wildcard, or a resource names none, without a reason.
        """
        self._own_role.allow(actions, resources, reason=reason, used_by=used_by, keyed=keyed)
