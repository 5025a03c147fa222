"""Step Functions."""

from collections.abc import Sequence
from typing import Any, cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from wellmade.facts.step_functions import EXPRESS_LIMIT, NAME_LENGTH
from wellmade.foundation.graphs import Graph
from wellmade.foundation.on_demand_table import OnDemandTable
from wellmade.kit.kept_names import keep_name
from wellmade.kit.lookups import default_child, path_of, seconds, stack_of
from wellmade.kit.names import early_name
from wellmade.kit.refusals import refusal
from wellmade.kit.synth_checks import check_at_synth
from wellmade.kit.template_metadata import record
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, workload_of
from wellmade.workflow.claims import CLAIM, claim_states
from wellmade.workflow.definition import Transitions, states_of, transitions_of
from wellmade.workflow.execution_log import define_log
from wellmade.workflow.execution_role import define_role
from wellmade.workflow.parallel import compensation_name, compensations_of
from wellmade.workflow.step import Step
from wellmade.workflow.workflow_alarms import WorkflowAlarms, WorkflowThresholds, define_workflow_alarms
from wellmade.workflow.workflow_checks import WorkflowChecks
from wellmade.workflow.workflow_rules import longest, refuse_functions_elsewhere, refuse_no_path, refuse_wrong
from wellmade_runtime.variables import STATE_MACHINE_ARN


class Workflow(sfn.StateMachine):
    """Do several steps as a whole: what cannot be finished is compensated, in reverse order.

    Defines: state machine, its role, log group, alarms on timed-out and throttled executions, of a Standard
    workflow also on failed ones, and a table of claims where `idempotency_key_path` is given.

    It is an `sfn.StateMachine`. Errors are tried again with jitter, unless a step says that no retry fixes
    them. Then the failed step, which may have taken effect, and those before it are compensated, and the
    execution ends as `compensated`; it fails only where a compensation does. Standard workflows take hours or
    days and cost by transition; what is short and runs often goes into an Express workflow, which a step of
    the Standard one runs with `RunExpress`.

    Example:
        stock = PythonFunction(self, "Stock", code="stock_reservation")
        parcels = PythonFunction(self, "Parcels", code="parcel_shipping")
        reserve, release = Invoke(stock, {"action": "reserve"}), Invoke(stock, {"action": "release"})
        ship, cancel = Invoke(parcels, {"action": "ship"}), Invoke(parcels, {"action": "cancel"})
        saga = Workflow(self, "Saga", steps=[Step("Reserve", reserve, release), Step("Ship", ship, cancel)])

    Args:
        steps: What is done, in this order.
        express: Run as an Express workflow, which is compensated by nobody and ends within 5 minutes.
            Default: Standard.
        timeout: Longest execution, which is not compensated when it runs out of time. Default: twice what the
            steps and their compensations may take, from 1 hour; Express from 1 to 5 minutes.
        idempotency_key_path: Path to what identifies the work, such as `$.order_id`: a second execution for
            it ends at once as `duplicate`, also where the rest of its data says something else: who starts
            executions refuses that before. Default: each execution does its work.
        encryption_key: Your own key for the definition, the executions' data, their log and the claims.
            Default: keys of AWS.
        removal_policy: What happens to the claims when they leave the stack. Default: they are retained.
        alarm_thresholds: By alarm (`failed_executions`, `timed_out_executions`, `throttled_executions`) the
            count in a minute above which it fires, or None to leave it out. Default: 0 each; of an Express
            workflow no alarm on failed executions.

    Raises:
        RefusedError: If there is no step, two have one name, an Express workflow may run for over 5 minutes
            or compensates something, a Standard one maps over a list, a few calls in a row would be better
            off with a queue, or there is less time than the steps may take; at synth also if what is
            synthesized breaks one of these.
    """

    alarms: WorkflowAlarms
    """`failed_executions`, `timed_out_executions` and `throttled_executions`."""
    transitions: Transitions
    """What an execution costs, in state transitions; Express workflows are paid by time instead."""
    timeout: Duration
    """Longest execution."""
    claims: OnDemandTable | None
    """Which execution has which work; None without `idempotency_key_path`."""
    encryption_key: kms.IKey | None
    """The user's key."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        steps: Sequence[Step],
        express: bool = False,
        timeout: Duration | None = None,
        idempotency_key_path: str | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: WorkflowThresholds | None = None,
    ) -> None:
        path = f"{path_of(scope)}/{construct_id}"
        refuse_no_path(path, "idempotency_key_path", idempotency_key_path)
        refuse_wrong(path, steps, timeout, express=express)
        refuse_functions_elsewhere(scope, path, steps)
        self.timeout = timeout or _usual_timeout(steps, express=express)
        self.encryption_key = encryption_key
        self.claims = (
            OnDemandTable(
                scope,
                f"{construct_id}Claims",
                partition_key="pk",
                encryption_key=encryption_key,
                removal_policy=removal_policy,
            )
            if idempotency_key_path
            else None
        )
        # Early, since the role and the log name it; of each type another, since CloudFormation replaces a
        # machine whose type changes.
        suffix = "-express" if express else ""
        name = early_name(scope, construct_id, max_length=NAME_LENGTH, suffix=suffix)
        self._early_arn = stack_of(scope).format_arn(
            service="states", resource=f"stateMachine:{name}", arn_format=None
        )
        role = define_role(scope, f"{construct_id}Role", self._early_arn, steps, self.claims)
        log = define_log(scope, f"{construct_id}Logs", name, role, self.encryption_key)
        definition = self._definition(steps, idempotency_key_path)
        super().__init__(
            scope,
            construct_id,
            state_machine_name=name,
            state_machine_type=sfn.StateMachineType.EXPRESS if express else sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_string(stack_of(scope).to_json_string(definition)),
            role=cast(iam.IRole, role),
            encryption_configuration=sfn.CustomerManagedEncryptionConfiguration(self.encryption_key)
            if self.encryption_key
            else None,
        )
        # Set on the resource: the class would add statements to the role that are there already.
        self.resource.logging_configuration = log
        self.resource.tracing_configuration = sfn.CfnStateMachine.TracingConfigurationProperty(enabled=True)
        self.transitions = transitions_of(steps, claimed=self.claims is not None)
        counted = {"completed": self.transitions.completed, "compensated": self.transitions.compensated}
        record(self.resource, "wellmade", "transitions", [counted])
        self.alarms = define_workflow_alarms(self, alarm_thresholds, express=express)
        back = [(compensation_name(each.name), each.task) for each in compensations_of(steps)]
        tasks = [*((step.name, step.task) for step in steps), *back]
        check_at_synth(self, WorkflowChecks(self, tasks).broken)
        keep_name(self.resource, "StateMachineName", name)

    @property
    def resource(self) -> sfn.CfnStateMachine:
        """The CloudFormation resource, for properties that this class has no option for."""
        return cast(sfn.CfnStateMachine, default_child(self))

    @property
    def is_express(self) -> bool:
        """Whether another workflow may run it and wait."""
        return self.state_machine_type is sfn.StateMachineType.EXPRESS

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        ended = [self.metric_succeeded(), self.metric_failed(), self.metric_timed_out()]
        return [
            Graph("executions", [self.metric_started(), *ended]),
            Graph("duration", [self.metric_time(statistic=each) for each in ("p50", "p99")]),
            Graph("throttles", [self.metric_throttled()]),
        ]

    def connect(self, workload: AnyWorkload, *, prefix: str = "") -> None:
        """Let a workload start executions, and set of what in its variable `STATE_MACHINE_ARN`.

        Of an Express workflow it starts them and waits for their end.

        Args:
            workload: What starts them.
            prefix: Before the variable's name, where a workload has several workflows. Default: nothing.

        Raises:
            RefusedError: If something else has set the variable.
        """
        set_variables(self, workload, {STATE_MACHINE_ARN: self._early_arn}, prefix=prefix)
        starter, start = (
            workload_of(self, workload),
            "StartSyncExecution" if self.is_express else "StartExecution",
        )
        starter.allow([f"states:{start}"], [self._early_arn])
        if self.is_express and self.encryption_key:
            reads = "Step Functions, to read the definition"
            starter.allow(["kms:Decrypt"], [self.encryption_key.key_arn], used_by=reads)

    def grant_start(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` start executions, and nothing else.

        By name, so that a function that is also a step's does not wait for the workflow that needs it.
        """
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["states:StartExecution"], resource_arns=[self._early_arn]
        )

    def grant_start_sync(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` start executions of an Express workflow and wait for their end, and nothing else.

        Raises:
            RefusedError: If it is a Standard workflow, whose end nobody waits for.
        """
        if not self.is_express:
            fix = "use grant_start, or define it with express=True"
            raise refusal(self, "express", "True", "False", fix)
        granted = iam.Grant.add_to_principal(
            grantee=grantee, actions=["states:StartSyncExecution"], resource_arns=[self._early_arn]
        )
        key = self.encryption_key
        return granted.combine(key.grant(grantee, "kms:Decrypt")) if key else granted

    def _definition(self, steps: Sequence[Step], key_path: str | None) -> dict[str, Any]:
        first, states = states_of(steps)
        if self.claims and key_path:
            states = {**claim_states(self.claims, key_path, first), **states}
            first = CLAIM
        return {"StartAt": first, "States": states, "TimeoutSeconds": seconds(self.timeout)}


def _usual_timeout(steps: Sequence[Step], *, express: bool) -> Duration:
    """Return time for every step and its compensation, and as much again for what is tried again."""
    twice = 2 * longest(steps)
    return Duration.seconds(min(max(60, twice), EXPRESS_LIMIT) if express else max(3600, twice))
