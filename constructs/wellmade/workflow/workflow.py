"""Step Functions."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, cast

import jsii
from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from wellmade.foundation.alarms import define_alarm
from wellmade.foundation.log_group import define_log_group
from wellmade.foundation.names import stack_scoped_name
from wellmade.foundation.on_demand_table import OnDemandTable
from wellmade.foundation.template_metadata import record
from wellmade.foundation.tree import seconds, stack_of
from wellmade.foundation.workload_role import WorkloadRole, service_of
from wellmade.workflow.claims import CLAIM, claim_states
from wellmade.workflow.definition import Transitions, states_of, transitions_of
from wellmade.workflow.step import Step
from wellmade.workflow.workflow_rules import EXPRESS_LIMIT, longest, refuse_no_path, refuse_wrong

FAILED = "ExecutionsFailed"
_ALARMS = {
    FAILED: "An execution failed for good. Read its history; a compensation may be half done.",
    "ExecutionsTimedOut": "An execution ran out of time wherever it stood. Read its history.",
    "ExecutionThrottled": "Executions are started or proceed too fast for the account.",
}
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


@jsii.implements(iam.IGrantable)
class Workflow(Construct):
    """Do several steps as a whole: what cannot be finished is undone, in reverse order.

    Defines: state machine, its role, log group, alarms on timed-out and throttled executions, of a Standard
    workflow also on failed ones, and a table of claims where `once_per` is given.

    Errors are tried again with jitter, unless a step says they are final. Then the failed step, which may
    have taken effect, and those before it are undone, and the execution ends as `compensated`; it fails only
    where a compensation does. Standard workflows take hours or days and cost by transition; what is short
    and runs often goes into an Express workflow, which a step of the Standard one runs with `RunExpress`.

    Example:
        stock = PythonFunction(self, "Stock", package="stock_reservation")
        parcels = PythonFunction(self, "Parcels", package="parcel_shipping")
        reserve, release = Invoke(stock, {"action": "reserve"}), Invoke(stock, {"action": "release"})
        ship, cancel = Invoke(parcels, {"action": "ship"}), Invoke(parcels, {"action": "cancel"})
        saga = Workflow(self, "Saga", steps=[Step("Reserve", reserve, release), Step("Ship", ship, cancel)])

    Args:
        steps: What is done, in this order.
        express: Run as an Express workflow, which is undone by nobody and ends within 5 minutes. Default:
            Standard.
        timeout: Longest execution, which is not undone when it runs out of time. Default: twice what the
            steps and what undoes them may take, from 1 hour; Express from 1 to 5 minutes.
        once_per: Path to what identifies the work, such as `$.order_id`: a second execution for it ends at
            once as `duplicate`. Default: each execution does its work.
        removal_policy: What happens to the claims when they leave the stack. Default: they are retained.

    Raises:
        ValueError: If there is no step, two have one name, an Express workflow may run for over 5 minutes
            or undoes something, a Standard one maps over a list, a few calls in a row would be better off
            with a queue, or there is less time than the steps may take.
    """

    role: WorkloadRole
    alarms: list[cloudwatch.Alarm]
    transitions: Transitions
    """What an execution costs, in state transitions; Express workflows are paid by time instead."""
    is_express: bool
    """Whether another workflow may run it and wait."""
    claims: OnDemandTable | None = None
    """Which execution has which work."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        steps: Sequence[Step],
        express: bool = False,
        timeout: Duration | None = None,
        once_per: str | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, construct_id)
        self.timeout = timeout or _usual_timeout(steps, express=express)
        refuse_wrong(self, steps, self.timeout, express=express)
        refuse_no_path(self, "once_per", once_per)
        self.is_express = express
        self._name = stack_scoped_name(self, "Machine", max_length=80)
        # By name: the role is needed by the machine, and names it.
        self.machine_arn = stack_of(self).format_arn(
            service="states", resource=f"stateMachine:{self._name}", arn_format=None
        )
        if once_per:
            self.claims = OnDemandTable(self, "Claims", partition_key="pk", removal_policy=removal_policy)
        self.transitions = transitions_of(steps, claimed=bool(once_per))
        self.role = self._define_role(steps)
        self._resource = self._define_machine(self._definition(steps, once_per), express=express)
        counted = {"completed": self.transitions.completed, "compensated": self.transitions.compensated}
        record(self._resource, "wellmade", "transitions", [counted])
        # What an Express workflow does not bring to an end is undone by its Standard one, and calls nobody.
        alarms = {name: text for name, text in _ALARMS.items() if not express or name != FAILED}
        self.alarms = [self._define_alarm(metric, text) for metric, text in alarms.items()]

    @cached_property
    def machine(self) -> sfn.IStateMachine:
        """The state machine, for whatever starts it."""
        return sfn.StateMachine.from_state_machine_arn(self, "Imported", self._resource.ref)

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The role, so that a resource's own `grant_…` methods take this construct."""
        return cast(iam.IPrincipal, self.role)

    def grant_start(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` start executions, and nothing else."""
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["states:StartExecution"], resource_arns=[self.machine_arn]
        )

    def _definition(self, steps: Sequence[Step], once_per: str | None) -> dict[str, Any]:
        first, states = states_of(steps)
        if once_per and self.claims:
            states = {**claim_states(self.claims, once_per, first), **states}
            first = CLAIM
        return {"StartAt": first, "States": states, "TimeoutSeconds": seconds(self.timeout)}

    def _define_role(self, steps: Sequence[Step]) -> WorkloadRole:
        service = service_of(self, "states.amazonaws.com", self.machine_arn)
        role = WorkloadRole(self, "Role", assumed_by=service, policy_name="Steps")
        tasks = [task for step in steps for task in (step.task, step.undo) if task]
        wanted = {(p.actions, p.resources) for task in tasks for p in task.permissions}
        for actions, resources in sorted(wanted, key=lambda each: each[0]):
            role.allow(actions, resources)
        if self.claims:
            role.allow(["dynamodb:PutItem"], [self.claims.table_arn])
        delivery = "Log deliveries have no resource to name"
        role.allow(_LOGS, ["*"], reason=delivery, called_by="Step Functions, to write the log")
        traces = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
        role.allow(
            traces, ["*"], reason="X-Ray has no resources to name", called_by="Step Functions, to trace"
        )
        return role

    def _define_machine(self, definition: dict[str, Any], *, express: bool) -> sfn.CfnStateMachine:
        # The prefix keeps the account's policy for log deliveries from growing with each group.
        name = f"/aws/vendedlogs/states/{self._name}"
        group = define_log_group(self, "Logs", harmless="it tells of states, not of their data", name=name)
        destination = sfn.CfnStateMachine.CloudWatchLogsLogGroupProperty(log_group_arn=group.log_group_arn)
        machine = sfn.CfnStateMachine(
            self,
            "Machine",
            state_machine_name=self._name,
            state_machine_type="EXPRESS" if express else "STANDARD",
            definition_string=stack_of(self).to_json_string(definition),
            role_arn=self.role.role_arn,
            logging_configuration=sfn.CfnStateMachine.LoggingConfigurationProperty(
                destinations=[
                    sfn.CfnStateMachine.LogDestinationProperty(cloud_watch_logs_log_group=destination)
                ],
                include_execution_data=False,
                level="ALL",
            ),
            tracing_configuration=sfn.CfnStateMachine.TracingConfigurationProperty(enabled=True),
        )
        machine.node.add_dependency(self.role)
        return machine

    def _define_alarm(self, metric: str, description: str) -> cloudwatch.Alarm:
        return define_alarm(
            self,
            metric,
            metric=metric,
            namespace="AWS/States",
            dimensions={"StateMachineArn": self._resource.ref},
            statistic="Sum",
            above=0,
            description=description,
        )


def _usual_timeout(steps: Sequence[Step], *, express: bool) -> Duration:
    """Return time for every step and its undoing, and as much again for what is tried again."""
    twice = 2 * longest(steps)
    return Duration.seconds(min(max(60, twice), EXPRESS_LIMIT) if express else max(3600, twice))
