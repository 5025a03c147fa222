"""The role of a workflow: what its steps call, and what Step Functions itself does."""

from collections.abc import Sequence
from typing import Any, cast

from constructs import Construct

from wellmade.foundation.on_demand_table import OnDemandTable, allow_table
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.service_principals import service_of
from wellmade.workflow.parallel import compensations_of
from wellmade.workflow.step import Step
from wellmade.workflow.task import Permission

_LOGS = (
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
)
"""Source: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html"""
_TRACES = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")


def define_role(
    scope: Construct, construct_id: str, machine_arn: str, steps: Sequence[Step], claims: OnDemandTable | None
) -> WorkloadRole:
    """Define the role that a workflow runs under: exactly what its steps call.

    Args:
        scope: Where it is defined.
        construct_id: Its id.
        machine_arn: The state machine, which alone may have it.
        steps: What is done.
        claims: The table in which an execution claims its work.
    """
    service = service_of(scope, "states.amazonaws.com", machine_arn)
    role = WorkloadRole(scope, construct_id, assumed_by=service, policy_name="Steps")
    for each in _wanted(steps):
        role.allow(
            each.actions,
            each.resources,
            reason=each.reason,
            used_by=each.used_by,
            keyed=each.keyed,
            conditions=each.conditions,
        )
    if claims:
        allow_table(claims, cast(Any, role), ["dynamodb:PutItem"])
    delivery = "Log deliveries have no resource to name"
    role.allow(_LOGS, ["*"], reason=delivery, used_by="Step Functions, to write the log")
    traces = "X-Ray has no resources to name"
    role.allow(_TRACES, ["*"], reason=traces, used_by="Step Functions, to trace")
    return role


def _wanted(steps: Sequence[Step]) -> list[Permission]:
    """Return what the steps and their compensations need, each once."""
    tasks = [*(step.task for step in steps), *(back.task for back in compensations_of(steps))]
    found: list[Permission] = []
    for each in (permission for task in tasks for permission in task.permissions):
        if each not in found:
            found.append(each)
    return sorted(found, key=lambda each: each.actions)
