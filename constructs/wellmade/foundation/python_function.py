"""A function with house defaults and a role that holds exactly what its code calls."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import cast
from weakref import WeakKeyDictionary

import jsii
from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from wellmade.foundation.accepted import accept
from wellmade.foundation.alarms import define_alarm
from wellmade.foundation.function_place import FunctionPlace
from wellmade.foundation.log_group import define_log_group
from wellmade.foundation.refusal import refusal, require_between
from wellmade.foundation.secrets import refuse_plaintext_secrets
from wellmade.foundation.tree import seconds, stack_of
from wellmade.foundation.workload_role import HANDLER, WorkloadRole
from wellmade.kit.packaging import function_archive

LONGEST = Duration.minutes(15)
RESERVABLE = 900
"""An account runs 1,000 copies at once unless raised, and Lambda keeps 100 of them unreserved.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
"""

ACCEPTED_OF_FUNCTION = {
    "CKV_AWS_116": "The dead-letter queue is the source's: this function is polled.",
    "CKV_AWS_173": "Lambda encrypts variables with a key of its own, and literal secrets are refused.",
    "Serverless::Serverless-LambdaDLQ": "The dead-letter queue is the source's: this function is polled.",
}
WITHOUT_NETWORK = {
    "CKV_AWS_117": "It calls AWS services only, over TLS; a network would add latency.",
}

_reserved: "WeakKeyDictionary[Stack, int]" = WeakKeyDictionary()


@jsii.implements(iam.IGrantable, ec2.IConnectable)
class PythonFunction(Construct):
    """Run a handler of `lambda_src/`, or your own, on Graviton, in bounded time and number.

    Defines: function, role with inline policy, log group, alarms on errors and on throttles.

    Example:
        topic = sns.Topic(self, "Done")
        function = PythonFunction(self, "Import", package="tabular_ingest", concurrency=5)
        function.allow(["sns:Publish"], [topic.topic_arn])

    Args:
        package: Name of a handler that travels with this library, or the `Path` of your own directory with
            a `handler.py` in it; its function is called `handler`. Packages of a `requirements.txt`, or of a
            `pyproject.toml` with `uv.lock`, travel along, built for Graviton.
        environment: Variables for the handler; no secrets. Default: the service's name and the timeout.
        timeout: Most time for one invocation, up to 15 minutes. Default: 60 seconds.
        memory: Memory in MiB, 128 to 10240; the share of a processor grows with it. Default: 512.
        concurrency: Most copies at once; reserves that much of the account's pool, 1 to 900 in a stack.
            Default: 10.
        log_retention: How long log lines are kept. Default: one month.
        vpc: Network to run in, for what is private there; in its private subnets, behind a security group
            of its own that lets out TLS once the handler calls AWS, and nothing else. Default: none.

    Raises:
        ValueError: If an option is out of bounds, the package does not exist, a variable looks like a
            secret, or the stack reserves more than the account can spare; at synth also if a call has
            neither a NAT gateway nor an endpoint to leave by.
    """

    function: lambda_.Function
    role: WorkloadRole
    log_group: logs.LogGroup
    alarms: list[cloudwatch.Alarm]
    copies: int
    """Most copies at once: its reservation."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        package: str | Path,
        environment: Mapping[str, str] | None = None,
        timeout: Duration | None = None,
        memory: int = 512,
        concurrency: int = 10,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        vpc: ec2.IVpc | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._place = FunctionPlace(self, vpc) if vpc else None
        self.timeout = timeout or Duration.seconds(60)
        self.concurrency = self.copies = concurrency
        variables = {
            "POWERTOOLS_SERVICE_NAME": construct_id.lower(),
            # So that its clients give up while there is time to report the failure.
            "FUNCTION_TIMEOUT_SECONDS": f"{seconds(self.timeout):.12g}",
            **(environment or {}),
        }
        self._refuse_wrong(variables, memory)
        self.log_group = define_log_group(
            self, "Logs", harmless="handlers log no payloads", retention=log_retention
        )
        lambda_service = iam.ServicePrincipal("lambda.amazonaws.com")
        self.role = WorkloadRole(self, "Role", assumed_by=lambda_service, policy_name=HANDLER)
        self.function = self._define_function(package, variables, memory)
        self._allow_logs_and_traces()
        if self._place:
            self._place.allow_interfaces(self.role)
        self.alarms = self._define_alarms()
        accept(self.function, ACCEPTED_OF_FUNCTION if vpc else {**ACCEPTED_OF_FUNCTION, **WITHOUT_NETWORK})

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The role, so that a resource's own `grant_…` methods take this construct."""
        return cast(iam.IPrincipal, self.role)

    @property
    def connections(self) -> ec2.Connections:
        """The function in its network, so that what is private there can let it in.

        Raises:
            ValueError: If it runs in no network.
        """
        if self._place is None:
            fix = "give the network whose resources it is to reach"
            raise refusal(self, "vpc", "given before others let the function in", None, fix)
        return self._place.connections

    @cached_property
    def resource(self) -> lambda_.CfnFunction:
        """The CloudFormation resource, for properties that this class has no option for."""
        return cast(lambda_.CfnFunction, self.function.node.default_child)

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        reason: str | None = None,
        called_by: str | None = None,
    ) -> None:
        """Let the handler call exactly these actions on exactly these resources.

        Args:
            actions: Whole names, without wildcards.
            resources: ARNs; `*` alone only with a reason.
            reason: Why no narrower resource will do.
            called_by: Who makes these calls where it is not the handler, so that no test of it can; recorded
                in the role's metadata for `wellmade prove`. Default: the handler.

        Raises:
            ValueError: If an action has a wildcard, or a resource is `*` without a reason.
        """
        self.role.allow(actions, resources, reason=reason, called_by=called_by)
        if self._place and not called_by:
            self._place.let_out()

    def add_environment(self, name: str, value: str) -> None:
        """Set a variable for the handler, such as the name of a table that is defined later.

        Raises:
            ValueError: If it looks like a secret.
        """
        refuse_plaintext_secrets(self, {name: value})
        self.function.add_environment(name, value)

    def _refuse_wrong(self, variables: Mapping[str, str], memory: int) -> None:
        require_between(self, "memory", memory, 128, 10240, "512 suits most handlers")
        if seconds(self.timeout) > seconds(LONGEST):
            raise refusal(self, "timeout", "at most 900 s", self.timeout, "use FargateWorker for longer work")
        refuse_plaintext_secrets(self, variables)
        stack = stack_of(self)
        already = _reserved.get(stack, 0)
        allowed = (
            f"between 1 and {RESERVABLE - already} (the stack reserves {already} of {RESERVABLE} already)"
        )
        if not 1 <= self.concurrency <= RESERVABLE - already:
            fix = "reserve less, or move functions to another account"
            raise refusal(self, "concurrency", allowed, self.concurrency, fix)
        _reserved[stack] = already + self.concurrency

    def _define_function(
        self, package: str | Path, variables: Mapping[str, str], memory: int
    ) -> lambda_.Function:
        built = function_archive(package, handler=None, python_version="3.14", architecture="arm64")
        return lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            handler=built.handler,
            code=lambda_.Code.from_asset(str(built.archive)),
            environment=dict(variables),
            log_group=self.log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            memory_size=memory,
            reserved_concurrent_executions=self.concurrency,
            role=cast(iam.IRole, self.role),
            timeout=self.timeout,
            **(self._place.properties if self._place else {}),
        )

    def _allow_logs_and_traces(self) -> None:
        self.allow(
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            [self.log_group.log_group_arn],
            called_by="the runtime, to write the log",
        )
        # Set on the resource: the class would attach a second policy beside the role's own.
        self.resource.tracing_config = lambda_.CfnFunction.TracingConfigProperty(mode="Active")
        self.allow(
            ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
            ["*"],
            reason="X-Ray has no resources to name",
            called_by="the runtime, to send traces",
        )
        accept(self.role, {"Serverless::Serverless-LambdaStarPermissions": "X-Ray has no resources to name"})

    def _define_alarms(self) -> list[cloudwatch.Alarm]:
        wanted = {
            "Errors": "Invocations failed as a whole. Read the function's log.",
            "Throttles": "Invocations were refused: the reservation is used up.",
        }
        dimensions = {"FunctionName": self.function.function_name}
        return [
            define_alarm(
                self,
                metric,
                metric=metric,
                namespace="AWS/Lambda",
                dimensions=dimensions,
                statistic="Sum",
                above=0,
                description=description,
            )
            for metric, description in wanted.items()
        ]
