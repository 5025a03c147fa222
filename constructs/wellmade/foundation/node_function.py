"""A function in Node.js with house defaults and a role that holds exactly what its code calls."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from aws_cdk import Duration, IgnoreMode
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from wellmade.foundation.function_network import FunctionNetwork, refuse_network_options_without_vpc
from wellmade.foundation.function_platform import allow_platform, define_execution, suppress_findings
from wellmade.foundation.function_rules import FunctionRules, refuse_wrong_size
from wellmade.foundation.own_function import OwnFunction
from wellmade.foundation.reservations import reserve
from wellmade.kit.lookups import path_of
from wellmade.kit.packaging import bundled_handlers
from wellmade.kit.refusals import refusal
from wellmade.kit.secrets import IN_FUNCTION, refuse_plaintext_secrets
from wellmade.kit.synth_checks import check_at_synth
from wellmade.kit.variables import refuse_wrong_names

TIMEOUT = Duration.seconds(10)
SUFFIXES = (".mjs", ".cjs", ".js")
"""Of files that Lambda takes for a handler."""
TESTS = "/test"
"""Folder of the code's own tests, which stay at home; those of its packages travel, as some are code."""


class NodeFunction(OwnFunction):
    """Run a handler in Node.js in bounded time and number, under a role that holds exactly what it calls.

    Defines: function, role, log group with retention. The API, queue or job that it is given to defines
    its alarms, as for any function that is not in Python.

    The code travels as it is, without the folder `test` at its top, on Node.js 24 and Graviton; the AWS SDK
    is Lambda's own. Write handlers `async`: from Node.js 24 on Lambda takes none with a callback.
    `wellmade.testing.node_tests` runs its tests with that SDK. Where there is something to bundle, or
    TypeScript, take `NodejsFunction` of the CDK: every pattern takes it as well.

    Runbook:
        An invocation failed: read the first error in the function's log group; a client that could not be
        loaded, or a variable that is missing, fails each of them.
        A version of Node.js ends its support: raise the runtime on `resource`, and run the tests with it.

    Example:
        function = NodeFunction(self, "Handler", code="shop_api")

    Args:
        code: The `Path` of your own folder, or the name of one that travels with this library.
        handler: File and function in the folder. Default: `handler.handler`.
        memory_size: Memory in MiB, 128 to 10240; the share of a processor grows with it. Default: 512.
        timeout: Most time for one invocation, up to 15 minutes. Default: 10 seconds.
        environment: Variables for the handler; no secrets. Default: none.
        reserved_concurrency: Most copies at once, which are reserved in the account; None reserves nothing.
            Default: 10.
        architecture: Processor. Default: Graviton (`ARM_64`).
        vpc: Network to run in, for what is private there. Default: none.
        vpc_subnets: Where in it. Default: the private subnets, else the isolated ones.
        security_groups: Yours, to which nothing is added. Default: one of its own.
        log_retention: How long log lines are kept. Default: one month.
        encryption_key: Your own key for variables and log lines. Default: keys of Lambda and CloudWatch.

    Raises:
        RefusedError: If an option is out of bounds, a variable looks like a secret, there is no file of the
            handler, or the app reserves more than the account has.
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
        reserved_concurrency: int | None = 10,
        architecture: lambda_.Architecture | None = None,
        vpc: ec2.IVpc | ec2.Vpc | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        encryption_key: kms.IKey | kms.Key | None = None,
    ) -> None:
        path, variables = f"{path_of(scope)}/{construct_id}", dict(environment or {})
        longest = timeout or TIMEOUT
        refuse_network_options_without_vpc(path, vpc, vpc_subnets, security_groups)
        refuse_wrong_size(path, memory_size, longest)
        refuse_wrong_names(path, variables)
        refuse_plaintext_secrets(path, variables, IN_FUNCTION)
        folder = _folder(path, code, handler)
        reserve(scope, path, reserved_concurrency)
        role, log_group = define_execution(scope, construct_id, path, log_retention, encryption_key)
        network = FunctionNetwork(scope, construct_id, vpc, vpc_subnets, security_groups) if vpc else None
        super().__init__(
            scope,
            construct_id,
            code=lambda_.Code.from_asset(str(folder), exclude=[TESTS], ignore_mode=IgnoreMode.GIT),
            handler=handler,
            runtime=lambda_.Runtime.NODEJS_24_X,
            architecture=architecture or lambda_.Architecture.ARM_64,
            environment=variables,
            environment_encryption=cast(Any, encryption_key),
            log_group=cast(logs.ILogGroup, log_group),
            logging_format=lambda_.LoggingFormat.JSON,
            memory_size=memory_size,
            reserved_concurrent_executions=reserved_concurrency,
            role=cast(iam.IRole, role),
            timeout=longest,
            **(network.properties if network else {}),
        )
        self._own_role, self._reserved = role, reserved_concurrency
        allow_platform(self, log_group, encryption_key)
        if network:
            network.attach(self, role)
        check_at_synth(self, FunctionRules(self).broken)
        suppress_findings(self, role, has_key=encryption_key is not None, in_network=vpc is not None)


def _folder(path: str, code: str | Path, handler: str) -> Path:
    """Return where the code is.

    Raises:
        RefusedError: If no file of the handler is there.
    """
    folder = bundled_handlers() / code if isinstance(code, str) else code
    module = _module(handler)
    if module.removeprefix("./").startswith(TESTS[1:] + "/") or ".." in module.split("/"):
        fix = "name a file that is in the folder, and not among its tests, which stay at home"
        raise refusal(path, "handler", "a file and a function of the code that travels", repr(handler), fix)
    if not any((folder / f"{module}{suffix}").is_file() for suffix in SUFFIXES):
        allowed = f"a folder with {' or '.join(f'{module}{suffix}' for suffix in SUFFIXES)}"
        fix = "correct the folder, or name file and function in handler"
        raise refusal(path, "code", allowed, f"{folder}", fix)
    return folder


def _module(handler: str) -> str:
    """Return the file of a handler, as Lambda reads it: up to the first dot; what follows names the function.

    Source: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client (UserFunction)
    """
    path, slash, name = handler.rpartition("/")
    return f"{path}{slash}{name.partition('.')[0]}" if "." in name else ""
