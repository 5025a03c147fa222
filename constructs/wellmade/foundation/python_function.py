"""A function with house defaults and a role that holds exactly what its code calls."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from aws_cdk import Duration, Size
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from wellmade.foundation.function_alarms import FunctionAlarms, FunctionThresholds, define_function_alarms
from wellmade.foundation.function_code import code_properties
from wellmade.foundation.function_network import FunctionNetwork, refuse_network_options_without_vpc
from wellmade.foundation.function_platform import (
    allow_platform,
    define_execution,
    suppress_findings,
)
from wellmade.foundation.function_rules import FunctionRules
from wellmade.foundation.own_function import OwnFunction
from wellmade.foundation.provisioned_concurrency import (
    ProvisionedConcurrency,
    define_alias,
    refuse_wrong_warmth,
)
from wellmade.foundation.python_options import refuse_wrong_function
from wellmade.foundation.reservations import reserve
from wellmade.kit.lookups import path_of, seconds
from wellmade.kit.secrets import IN_FUNCTION, refuse_plaintext_secrets
from wellmade.kit.synth_checks import check_at_synth
from wellmade.kit.variables import refuse_wrong_names
from wellmade_runtime.variables import FUNCTION_TIMEOUT_SECONDS, POWERTOOLS_SERVICE_NAME


class PythonFunction(OwnFunction):
    """Run a handler in bounded time and number, under a role that holds exactly what it calls.

    Defines: function, role, log group with retention, alarms on errors, on throttles, on what the slowest
    invocations take of the timeout and on how much of the reservation is in use; in a network its security
    group, which lets out TLS once the code is granted something, and nothing else; with
    provisioned concurrency or SnapStart the alias `live`, which every source and API of ours then uses.

    It is a `lambda_.Function`, so that everything in the CDK takes it.

    Example:
        topic = sns.Topic(self, "Done")
        function = PythonFunction(self, "Import", code="tabular_ingest", memory_size=1024)
        function.allow(["sns:Publish"], [topic.topic_arn])

    Args:
        code: The `Path` of your own folder, or the name of a handler that travels with this library. Locked
            packages of a `requirements.txt` or `uv.lock` in it travel along, built for the runtime and the
            architecture.
        handler: File and function in the folder, such as `app.lambda_handler`. Default: `handler.handler`.
        runtime: A Python runtime. Default: Python 3.14.
        architecture: Processor. Default: Graviton (`ARM_64`).
        memory_size: Memory in MiB, 128 to 10240; the share of a processor grows with it. Default: 512.
        timeout: Most time for one invocation, up to 15 minutes. Default: 60 seconds.
        environment: Variables for the handler; no secrets. Default: the service's name and the timeout.
        reserved_concurrency: Most copies at once, which are reserved in the account; all functions of an app
            together leave 100 unreserved. None reserves nothing, for accounts with a small quota.
            Default: 10.
        vpc: Network to run in, for what is private there. Default: none.
        vpc_subnets: Where in it. Default: the private subnets, else the isolated ones.
        security_groups: Your own, which must let the handler out. Default: one is defined.
        layers: Up to 5 layers. Default: none.
        ephemeral_storage_size: Space in `/tmp`, 512 MiB to 10 GiB. Default: 512 MiB.
        snap_start: Start new copies from a snapshot; not with provisioned concurrency. Default: False.
        provisioned_concurrency: Copies that are kept warm: a number, or a `ProvisionedConcurrency` that
            follows utilization or hours. Default: none.
        encryption_key: Your own key for variables and log lines. Default: keys of Lambda and CloudWatch.
        log_retention: How long log lines are kept. Default: one month.
        alarm_thresholds: By alarm (`errors`, `throttles`, `duration`, `concurrency`) the line above which it
            fires, or None to leave it out. Default: 0, the first one in a minute; 80 % of the timeout; 90 %
            of the reservation for five minutes, where it is more than one copy. Leave `concurrency` out for a
            function that a queue or stream feeds, which waits while all copies are at work.

    Raises:
        RefusedError: If an option is out of bounds or does not go with another, a variable looks like a
            secret, or the app reserves more than the account has; at synth also if a call has neither a NAT
            gateway nor an endpoint to leave by.
        ValueError: If there is no such code, or it imports what it does not bring along.
    """

    alarms: FunctionAlarms
    """`errors`, `throttles`, `duration` and `concurrency`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: str | Path,
        handler: str | None = None,
        runtime: lambda_.Runtime | None = None,
        architecture: lambda_.Architecture | None = None,
        memory_size: int = 512,
        timeout: Duration | None = None,
        environment: Mapping[str, str] | None = None,
        reserved_concurrency: int | None = 10,
        vpc: ec2.IVpc | ec2.Vpc | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup | ec2.SecurityGroup] | None = None,
        layers: Sequence[lambda_.ILayerVersion | lambda_.LayerVersion] = (),
        ephemeral_storage_size: Size | None = None,
        snap_start: bool = False,
        provisioned_concurrency: int | ProvisionedConcurrency | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        alarm_thresholds: FunctionThresholds | None = None,
    ) -> None:
        path = f"{path_of(scope)}/{construct_id}"
        longest = timeout or Duration.seconds(60)
        warm = _warmth(provisioned_concurrency)
        variables = _variables(construct_id, longest, environment)
        refuse_network_options_without_vpc(path, vpc, vpc_subnets, security_groups)
        refuse_wrong_function(
            path,
            runtime=runtime,
            memory_size=memory_size,
            timeout=longest,
            layers=len(layers),
            storage=ephemeral_storage_size,
            snap_start=snap_start,
            is_warm=warm is not None,
        )
        refuse_wrong_names(path, variables)
        refuse_plaintext_secrets(path, variables, IN_FUNCTION)
        refuse_wrong_warmth(path, warm, reserved_concurrency)
        reserve(scope, path, reserved_concurrency)
        self._reserved = reserved_concurrency
        role, log_group = define_execution(scope, construct_id, path, log_retention, encryption_key)
        network = FunctionNetwork(scope, construct_id, vpc, vpc_subnets, security_groups) if vpc else None
        super().__init__(
            scope,
            construct_id,
            environment=variables,
            environment_encryption=cast(Any, encryption_key),
            ephemeral_storage_size=ephemeral_storage_size,
            layers=cast(Any, list(layers)) or None,
            log_group=cast(logs.ILogGroup, log_group),
            logging_format=lambda_.LoggingFormat.JSON,
            memory_size=memory_size,
            reserved_concurrent_executions=reserved_concurrency,
            role=cast(iam.IRole, role),
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if snap_start else None,
            timeout=longest,
            **code_properties(code, handler, runtime, architecture),
            **(network.properties if network else {}),
        )
        self._own_role = role
        allow_platform(self, log_group, encryption_key)
        if network:
            network.attach(self, role)
        self.alarms = define_function_alarms(
            self, self, alarm_thresholds, timeout=seconds(longest), reserved=reserved_concurrency
        )
        check_at_synth(self, FunctionRules(self).broken)
        suppress_findings(self, role, has_key=encryption_key is not None, in_network=vpc is not None)
        has_alias = warm is not None or snap_start
        self._alias = define_alias(self, self.current_version, warm) if has_alias else None

    @property
    def invocable(self) -> lambda_.IFunction:
        """What sources and APIs invoke: the alias `live` where there is one, else the function."""
        return cast(lambda_.IFunction, self._alias or self)

    def publish(self) -> lambda_.Alias:
        """Return the alias `live` of the current version, which sources and APIs of ours then invoke.

        Call it before the function is given to them: those that have it already name the function itself.
        """
        if self._alias is None:
            self._alias = define_alias(self, self.current_version, None)
        return self._alias


def _variables(construct_id: str, timeout: Duration, environment: Mapping[str, str] | None) -> dict[str, str]:
    return {
        POWERTOOLS_SERVICE_NAME: construct_id.lower(),
        # So that its clients give up while there is time to report the failure.
        FUNCTION_TIMEOUT_SECONDS: f"{seconds(timeout):.12g}",
        **(environment or {}),
    }


def _warmth(given: int | ProvisionedConcurrency | None) -> ProvisionedConcurrency | None:
    return ProvisionedConcurrency(given) if isinstance(given, int | float) else given
