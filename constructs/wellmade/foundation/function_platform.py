"""What Lambda itself does for a function, and what scanners say of that."""

from typing import Protocol

from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from wellmade.kit.roles import WorkloadRole
from wellmade.kit.suppressions import suppress
from wellmade.kit.workload import Workload, resource_of

SUPPRESSED = {
    "CKV_AWS_116": "The dead-letter queue is the source's: this function is polled.",
    "Serverless::Serverless-LambdaDLQ": "The dead-letter queue is the source's: this function is polled.",
}
WITHOUT_KEY = {"CKV_AWS_173": "Lambda encrypts variables with its own key, and literal secrets are refused."}
WITHOUT_NETWORK = {"CKV_AWS_117": "It calls AWS services only, over TLS; a network would add latency."}
WITHOUT_RESERVATION = {"CKV_AWS_115": "Its sources bound how many copies run; a reservation is not wanted."}
TRACES = "X-Ray has no resources to name"


class _OwnFunction(Workload, Protocol):
    @property
    def resource(self) -> lambda_.CfnFunction:
        """The function's resource."""


def allow_platform(function: _OwnFunction, log_group: logs.LogGroup, key: kms.IKey | None) -> None:
    """Let the runtime write the log, send traces and read encrypted variables."""
    function.allow(
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        [log_group.log_group_arn],
        used_by="the runtime, to write the log",
    )
    # Set on the resource: the class would attach a second policy beside the role's own.
    function.resource.tracing_config = lambda_.CfnFunction.TracingConfigProperty(mode="Active")
    function.allow(
        ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
        ["*"],
        reason=TRACES,
        used_by="the runtime, to send traces",
    )
    if key:
        function.allow(["kms:Decrypt"], [key.key_arn], used_by="the runtime, to read variables")


def suppress_findings(
    function: lambda_.Function, role: WorkloadRole, *, has_key: bool, in_network: bool
) -> None:
    """Say why scanners' findings on a function do not apply."""
    suppress(role, {"Serverless::Serverless-LambdaStarPermissions": TRACES})
    resource = resource_of(function)
    is_reserved = resource is not None and resource.reserved_concurrent_executions is not None
    reasons = {
        **SUPPRESSED,
        **({} if has_key else WITHOUT_KEY),
        **({} if in_network else WITHOUT_NETWORK),
        **({} if is_reserved else WITHOUT_RESERVATION),
    }
    suppress(function, reasons)
