"""What an order sets in motion: stock, approval, payment and parcel, or all of it compensated."""

from typing import Any

from aws_cdk import CfnOutput
from constructs import Construct

from stacks.settings import Settings
from wellmade.foundation import OnDemandTable, PythonFunction
from wellmade.messaging import OrderedQueueWorker
from wellmade.workflow import (
    ForEach,
    HumanApproval,
    Invoke,
    RequestApproval,
    RunExpress,
    SendMessageWithTaskToken,
    Step,
    Workflow,
)

LARGE_CENTS = 100_000
"""An order of so much is shown to a person before anybody is charged."""
HOPELESS = ("InvalidMessageError", "ContradictionError", "KeyTooLongError")
"""Errors of `wellmade_runtime` that no retry changes."""


class OrderSaga(Construct):
    """Reserve each line, ask about large orders, charge, ship; compensate backwards what cannot be done."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, **options)
        self._settings = settings
        self.tables = {name: self._define_table(name) for name in ("Stock", "Payments", "Parcels")}
        self.approval = HumanApproval(
            self, "LargeOrders", timeout=settings.approval, removal_policy=settings.removal_policy
        )
        self.payments = self._define_payments()
        self.workflow = Workflow(
            self,
            "Saga",
            steps=[self._reserve(), self._approve(), self._charge(), self._ship()],
            idempotency_key_path="$.order_id",
            removal_policy=settings.removal_policy,
        )
        self._define_outputs()

    def _define_table(self, name: str) -> OnDemandTable:
        policy = self._settings.removal_policy
        return OnDemandTable(self, f"{name}Table", partition_key="pk", removal_policy=policy)

    def _define_function(self, name: str, code: str, table: OnDemandTable, *actions: str) -> PythonFunction:
        settings = self._settings
        function = PythonFunction(
            self,
            name,
            code=code,
            timeout=settings.timeout,
            reserved_concurrency=settings.concurrency,
        )
        table.connect(function, actions=actions)
        return function

    def _reserve(self) -> Step:
        """Reserve line by line in Express workflows: many cheap transitions inside one that is not."""
        table, writes = self.tables["Stock"], ("dynamodb:PutItem", "dynamodb:UpdateItem")
        function = self._define_function("Stock", "stock_reservation", table, *writes)
        reserve, release = (self._lines(function, action) for action in ("reserve", "release"))
        return Step("Reserve", reserve, compensation=release)

    def _lines(self, function: PythonFunction, action: str) -> RunExpress:
        line = {
            "action": action,
            "line.$": "$$.Map.Item.Index",
            "order.$": "$",
        }
        every = {"action.$": "$.action", "line.$": "$.line", "order.$": "$.order"}
        one = Invoke(function, every, may_reject=action == "reserve")
        steps = [
            Step(action.title(), ForEach("$.lines", one, item_selector=line), non_retryable_errors=HOPELESS)
        ]
        return RunExpress(Workflow(self, f"{action.title()}Lines", steps=steps, express=True))

    def _approve(self) -> Step:
        large = {"Variable": "$.total_cents", "NumericGreaterThanEquals": LARGE_CENTS}
        ask = RequestApproval(self.approval, "Shall this order be charged and shipped?")
        return Step("Approve", ask, when=large)

    def _define_payments(self) -> OrderedQueueWorker:
        writes = ("dynamodb:PutItem", "dynamodb:UpdateItem")
        function = self._define_function("Charging", "payment_worker", self.tables["Payments"], *writes)
        reports = ["states:SendTaskSuccess", "states:SendTaskFailure"]
        function.allow(reports, ["*"], reason="A task is named by its token; IAM knows no resource for it")
        return OrderedQueueWorker(
            self,
            "Payments",
            function=function,
            message_group_key="customer",
            removal_policy=self._settings.removal_policy,
        )

    def _charge(self) -> Step:
        """Charge and refund through one queue, so that a refund never overtakes its charge."""
        charge, refund = (
            SendMessageWithTaskToken(
                self.payments.queue, {"action": action, "order.$": "$"}, message_group_id="$.customer"
            )
            for action in ("charge", "refund")
        )
        return Step("Charge", charge, compensation=refund)

    def _ship(self) -> Step:
        table = self.tables["Parcels"]
        function = self._define_function("Parcels", "parcel_shipping", table, "dynamodb:PutItem")
        ship, cancel = ({"action": action, "order.$": "$"} for action in ("ship", "cancel"))
        return Step(
            "Ship",
            Invoke(function, ship, may_reject=True),
            compensation=Invoke(function, cancel),
            non_retryable_errors=HOPELESS,
        )

    def _define_outputs(self) -> None:
        outputs = {
            "SagaArn": self.workflow.state_machine_arn,
            "PendingApprovalsTableName": self.approval.pending_approvals.table_name,
            "ApprovalTopicArn": self.approval.topic.topic_arn,
            "ApprovalFunctionName": self.approval.callback_function.function_name,
            "PaymentsQueueUrl": self.payments.queue.queue_url,
            "PaymentsDeadLetterQueueUrl": self.payments.dead_letter_queue.queue_url,
            **{f"{name}TableName": table.table_name for name, table in self.tables.items()},
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value).override_logical_id(f"Saga{name.removeprefix('Saga')}")
