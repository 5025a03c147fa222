"""A person decides, and the workflow waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from wellmade.foundation.encrypted_topic import EncryptedTopic
from wellmade.foundation.on_demand_table import OnDemandTable
from wellmade.foundation.python_function import PythonFunction
from wellmade.foundation.refusal import require_between
from wellmade.foundation.tree import seconds
from wellmade.workflow.task import DISCARD, SILENCE, Permission, Retrier, State, again_as_a_call
from wellmade.workflow.tasks import TOKEN

YEAR = 365 * 86400
REFUSED = "RefusedByPerson"
"""The error of a question that was answered with no."""


class HumanApproval(Construct):
    """Ask people, and wait for their answer or for the time that they have.

    Defines: topic that tells people of a question, table of open questions, function that asks, function
    that passes an answer on, alarms of both.

    The token that ends the wait stays in the table: who answers knows the question's id only, and answers it
    once. Without an answer in time the step fails, and the workflow undoes what was done.

    Example:
        ship = Invoke(PythonFunction(self, "Parcels", package="parcel_shipping"))
        approval = HumanApproval(self, "LargeOrders")
        ask = Step("Approve", approval.ask("Ship this order?"))
        saga = Workflow(self, "Saga", steps=[ask, Step("Ship", ship)])

    Args:
        timeout: How long people have, 1 minute to a year. Default: 2 days.
        heartbeat: Longest time without a sign that somebody is at it, given with the answer `seen`. Default:
            they are not asked for one.
        removal_policy: What happens to the questions when they leave the stack. Default: they are retained.

    Raises:
        ValueError: If the timeout is out of bounds, or the heartbeat is not shorter.
    """

    topic: EncryptedTopic
    """Tells of new questions; subscribe those who may answer."""
    questions: OnDemandTable
    asking: PythonFunction
    answering: PythonFunction
    """Takes `{"id": …, "answer": "approve" | "refuse" | "seen", "by": …}`; let people's tool invoke it."""
    alarms: list[cloudwatch.Alarm]

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        timeout: Duration | None = None,
        heartbeat: Duration | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, construct_id)
        self.timeout, self.heartbeat = timeout or Duration.days(2), heartbeat
        require_between(self, "timeout in seconds", seconds(self.timeout), 60, YEAR, "2 days span a holiday")
        if heartbeat:
            most = seconds(self.timeout) - 1
            require_between(
                self, "heartbeat in seconds", seconds(heartbeat), 1, most, "shorter than the timeout"
            )
        self.topic = EncryptedTopic(
            self, "Topic", key_description="Encrypts questions on their way to people"
        )
        self.questions = OnDemandTable(
            self,
            "Questions",
            partition_key="pk",
            time_to_live_attribute="expiration",
            removal_policy=removal_policy,
        )
        self.asking = self._define_function("Asking", "approval_ask", concurrency=5)
        self.asking.add_environment("TOPIC_ARN", self.topic.topic_arn)
        self.asking.add_environment("KEPT_SECONDS", f"{seconds(self.timeout) + 86400:.0f}")
        self.asking.allow(["dynamodb:PutItem"], [self.questions.table_arn])
        self.asking.allow(["sns:Publish"], [self.topic.topic_arn])
        self.topic.let_role_encrypt(self.asking.role)
        self.answering = self._define_function("Answering", "approval_answer", concurrency=5)
        self.answering.allow(["dynamodb:UpdateItem", "dynamodb:GetItem"], [self.questions.table_arn])
        sends = ["states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"]
        self.answering.allow(
            sends, ["*"], reason="A task is named by its token; IAM knows no resource for it"
        )
        self.alarms = [*self.asking.alarms, *self.answering.alarms]

    def ask(self, question: str) -> "Ask":
        """Return the task that asks people and waits."""
        return Ask(self, question)

    def _define_function(self, construct_id: str, package: str, *, concurrency: int) -> PythonFunction:
        return PythonFunction(
            self,
            construct_id,
            package=package,
            environment={"TABLE_NAME": self.questions.table_name},
            timeout=Duration.seconds(10),
            concurrency=concurrency,
        )


@dataclass(frozen=True)
class Ask:
    """The task that asks and waits, with the execution's data shown to who decides."""

    approval: HumanApproval
    question: str
    is_call = False
    is_done = None

    @property
    def permissions(self) -> Sequence[Permission]:
        """Invoking the function that asks."""
        return [Permission(("lambda:InvokeFunction",), (self.approval.asking.function.function_arn,))]

    @property
    def longest(self) -> float:
        """The time that people have."""
        return seconds(self.approval.timeout)

    def state(self) -> State:
        """Return the call with the token."""
        payload: Mapping[str, Any] = {
            "token.$": TOKEN,
            "execution.$": "$$.Execution.Id",
            "question": self.question,
            "about.$": "$",
        }
        heartbeat = self.approval.heartbeat
        return {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Parameters": {"FunctionName": self.approval.asking.function.function_arn, "Payload": payload},
            "TimeoutSeconds": self.longest,
            **({"HeartbeatSeconds": seconds(heartbeat)} if heartbeat else {}),
            "ResultPath": DISCARD,
        }

    def retriers(self, final: Sequence[str], pace: Retrier) -> list[Retrier]:
        """Ask again where asking failed; neither an answer nor silence is asked again."""
        return again_as_a_call((*final, REFUSED, *SILENCE), pace)
