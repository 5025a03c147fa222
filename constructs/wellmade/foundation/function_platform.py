"""What Lambda itself does for a function, and what scanners say of that."""

from typing import Any, Protocol, cast

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from wellmade.kit.log_group import define_log_group
from wellmade.kit.roles import HANDLER, WorkloadRole
from wellmade.kit.suppressions import suppress
from wellmade.kit.workload import Workload, resource_of

KEPT_BY_CALLER = (
    "What fails is kept by its caller: a queue, a stream, a rule or a workflow; "
    "who calls over HTTP hears of it."
)
SUPPRESSED = {"CKV_AWS_116": KEPT_BY_CALLER, "Serverless::Serverless-LambdaDLQ": KEPT_BY_CALLER}
WITHOUT_KEY = {"CKV_AWS_173": "Lambda encrypts variables with its own key, and literal secrets are refused."}
WITHOUT_NETWORK = {"CKV_AWS_117": "It calls AWS services only, over TLS; a network would add latency."}
WITHOUT_RESERVATION = {"CKV_AWS_115": "Its sources bound how many copies run; a reservation is not wanted."}
TRACES = "X-Ray has no resources to name"


class _OwnFunction(Workload, Protocol):
    @property
    def resource(self) -> lambda_.CfnFunction:
        """The function's resource."""


def define_execution(
    scope: Construct,
    construct_id: str,
    path: str,
    retention: logs.RetentionDays,
    key: kms.IKey | kms.Key | None,
) -> tuple[WorkloadRole, logs.LogGroup]:
    """Define the role and the log group of a function, which must exist before it does.

    Args:
        scope: Where the function is defined.
        construct_id: The function's id, which theirs begin with.
        path: The function's path.
        retention: How long log lines are kept.
        key: The user's key for them.
    """
    lambda_service = iam.ServicePrincipal("lambda.amazonaws.com")
    role = WorkloadRole(
        scope, f"{construct_id}Role", assumed_by=lambda_service, policy_name=HANDLER, owner=path
    )
    harmless = "handlers log no payloads"
    log_group = define_log_group(
        scope, f"{construct_id}Logs", harmless=harmless, retention=retention, encryption_key=cast(Any, key)
    )
    return role, log_group


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
