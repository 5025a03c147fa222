"""A person decides, and the workflow waits."""

from typing import Any, cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from wellmade.facts.step_functions import LONGEST_EXECUTION
from wellmade.foundation.alarms import refuse_unknown_alarms
from wellmade.foundation.encrypted_topic import EncryptedTopic, allow_publish
from wellmade.foundation.function_option import FunctionOption, Handling, handling
from wellmade.foundation.graphs import Graph
from wellmade.foundation.on_demand_table import OnDemandTable
from wellmade.kit.lookups import path_of, seconds
from wellmade.kit.refusals import require_between
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, Workload, workload_of
from wellmade.workflow.approval_alarms import ApprovalAlarms, ApprovalThresholds
from wellmade_runtime.variables import APPROVAL_FUNCTION_NAME, KEPT_SECONDS, TOPIC_ARN

REPORTS = ("states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat")
DAY = 86400
FUNCTION_TIMEOUT = Duration.seconds(10)


class HumanApproval(Construct):
    """Ask people for an approval, and wait for their answer or for the time that they have.

    Defines: topic that tells people of a request, table of pending approvals, function that requests,
    function that passes an answer on, alarms of both; of these what it is not given.

    The token that ends the wait stays in the table: who answers knows the request's id only, and answers it
    once. Without an answer in time the step fails, and the workflow compensates what was done.

    Example:
        ship = Invoke(PythonFunction(self, "Parcels", code="parcel_shipping"))
        approval = HumanApproval(self, "LargeOrders")
        approve = Step("Approve", RequestApproval(approval, "Ship this order?"))
        saga = Workflow(self, "Saga", steps=[approve, Step("Ship", ship)])

    Args:
        timeout: How long people have, 1 minute to a year. Default: 2 days.
        heartbeat: Longest time without a sign that somebody works on it, given with the answer `seen`.
            Default: they are not asked for one.
        request_function: What stores a request and tells people: the `Path` of your own folder, or any
            function. It gets `token`, `execution`, `question` and `about`. Default: one is defined.
        callback_function: What passes an answer on: as above. It gets `id`, `answer` (`approve`, `refuse` or
            `seen`) and `by`. Default: one is defined.
        topic: Your own topic. Default: one is defined.
        encryption_key: Your own key for the topic and the table that are defined here. Default: the topic's
            own, and the one that AWS keeps for DynamoDB.
        removal_policy: What happens to pending approvals when they leave the stack. Default: they are
            retained.
        alarm_thresholds: By alarm (those of both functions, after `request_` and `callback_`, such as
            `request_errors`) the line above which it fires, or None to leave it out. Default: as for a
            `PythonFunction`.

    Raises:
        RefusedError: If the timeout is out of bounds, or the heartbeat is not shorter.
    """

    topic: sns.ITopic
    """Where new requests are published; subscribe those who may answer."""
    pending_approvals: OnDemandTable
    """Requests by id, with their tokens and answers."""
    request_function: lambda_.IFunction
    """Stores a request and tells people."""
    callback_function: lambda_.IFunction
    """Takes `{"id": …, "answer": "approve" | "refuse" | "seen", "by": …}`; let people's tool invoke it."""
    alarms: ApprovalAlarms
    """`request_…` and `callback_…`: `errors`, `throttles`, `duration` and `concurrency` of each function."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        timeout: Duration | None = None,
        heartbeat: Duration | None = None,
        request_function: FunctionOption = "approval_ask",
        callback_function: FunctionOption = "approval_answer",
        topic: sns.ITopic | sns.Topic | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: ApprovalThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.timeout: Duration = timeout or Duration.days(2)
        self.heartbeat: Duration | None = heartbeat
        self._refuse_wrong()
        self.topic = topic or self._define_topic(encryption_key)
        self.pending_approvals = OnDemandTable(
            self,
            "PendingApprovals",
            partition_key="pk",
            time_to_live_attribute="expiration",
            encryption_key=encryption_key,
            removal_policy=removal_policy,
        )
        requests = self._define("Request", request_function, alarm_thresholds)
        answers = self._define("Callback", callback_function, alarm_thresholds)
        self._let_request(requests.workload)
        self._let_answer(answers.workload)
        self.request_function, self.callback_function = requests.invocable, answers.invocable
        self.alarms = self._name_alarms(requests, answers, alarm_thresholds)

    def connect(self, workload: AnyWorkload, *, prefix: str = "") -> None:
        """Let a workload pass on answers, and set by which function in its `APPROVAL_FUNCTION_NAME`.

        Args:
            workload: What people answer with.
            prefix: Before the variable's name, where a workload has several approvals. Default: nothing.

        Raises:
            RefusedError: If something else has set the variable.
        """
        function = self.callback_function
        set_variables(self, workload, {APPROVAL_FUNCTION_NAME: function.function_name}, prefix=prefix)
        workload_of(self, workload).allow(["lambda:InvokeFunction"], [function.function_arn])

    def grant_answer(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` pass on answers, by invoking the callback function, and nothing else."""
        return iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["lambda:InvokeFunction"],
            resource_arns=[self.callback_function.function_arn],
        )

    def metric_request_errors(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of requests that failed; options as for `Function.metric_errors`."""
        return self.request_function.metric_errors(**options)

    def metric_callback_errors(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of answers that failed; options as for `Function.metric_errors`."""
        return self.callback_function.metric_errors(**options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        asked, answered = self.request_function, self.callback_function
        return [
            Graph("requests and answers", [asked.metric_invocations(), answered.metric_invocations()]),
            Graph("failures", [self.metric_request_errors(), self.metric_callback_errors()]),
        ]

    def _define(
        self, construct_id: str, function: FunctionOption, thresholds: ApprovalThresholds | None
    ) -> Handling:
        """Take or define one of the two functions, in a scope of its own, since both have alarms."""
        prefix = f"{construct_id.lower()}_"
        own = {k.removeprefix(prefix): v for k, v in (thresholds or {}).items() if k.startswith(prefix)}
        scope = Construct(self, construct_id)
        return handling(
            scope,
            function,
            construct_id="Function",
            timeout=FUNCTION_TIMEOUT,
            reserved_concurrency=5,
            alarm_thresholds=own,
        )

    def _define_topic(self, key: kms.IKey | kms.Key | None) -> sns.ITopic:
        meant = "Encrypts requests on their way to people"
        return cast(sns.ITopic, EncryptedTopic(self, "Topic", key_description=meant, encryption_key=key))

    def _let_request(self, function: Workload) -> None:
        kept = {KEPT_SECONDS: f"{seconds(self.timeout) + DAY:.0f}"}
        set_variables(self, function, {**kept, TOPIC_ARN: self.topic.topic_arn})
        allow_publish(self.topic, function)
        self.pending_approvals.connect(function, actions=["dynamodb:PutItem"])

    def _let_answer(self, function: Workload) -> None:
        self.pending_approvals.connect(function, actions=["dynamodb:UpdateItem", "dynamodb:GetItem"])
        reason = "A task is named by its token; IAM knows no resource for it"
        function.allow(REPORTS, ["*"], reason=reason)

    def _name_alarms(
        self, requests: Handling, answers: Handling, thresholds: ApprovalThresholds | None
    ) -> ApprovalAlarms:
        named = {f"request_{name}": alarm for name, alarm in requests.alarms.by_name().items()}
        named |= {f"callback_{name}": alarm for name, alarm in answers.alarms.by_name().items()}
        refuse_unknown_alarms(self, thresholds, named)
        return ApprovalAlarms(path_of(self), named)

    def _refuse_wrong(self) -> None:
        given, fix = seconds(self.timeout), "2 days span a holiday"
        require_between(self, "timeout in seconds", given, 60, LONGEST_EXECUTION, fix)
        if self.heartbeat:
            shorter = "shorter than the timeout"
            require_between(
                self,
                "heartbeat in seconds",
                seconds(self.heartbeat),
                1,
                given - 1,
                shorter,
                rule="cfn-lint:E3601",
            )
