"""What an order sets in motion: stock, approval, payment and parcel, or all of it undone."""

from aws_cdk import CfnOutput
from constructs import Construct

from stacks.settings import Settings
from wellmade.foundation import OnDemandTable, PythonFunction
from wellmade.messaging import OrderedQueueWorker
from wellmade.workflow import ForEach, HumanApproval, Invoke, RunExpress, SendAndWait, Step, Workflow

LARGE_CENTS = 100_000
"""An order of so much is shown to a person before anybody is charged."""


class OrderSaga(Construct):
    """Reserve each line, ask about large orders, charge, ship; undo backwards what cannot be finished."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id)
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
            once_per="$.order_id",
            removal_policy=settings.removal_policy,
        )
        self._define_outputs()

    def _define_table(self, name: str) -> OnDemandTable:
        policy = self._settings.removal_policy
        return OnDemandTable(self, f"{name}Table", partition_key="pk", removal_policy=policy)

    def _define_function(self, name: str, package: str, table: OnDemandTable) -> PythonFunction:
        function = PythonFunction(
            self,
            name,
            package=package,
            environment={"TABLE_NAME": table.table_name},
            timeout=self._settings.timeout,
            concurrency=self._settings.concurrency,
        )
        function.allow(["dynamodb:PutItem"], [table.table_arn])
        return function

    def _reserve(self) -> Step:
        """Reserve line by line in Express workflows: many cheap transitions inside one that is not."""
        table = self.tables["Stock"]
        function = self._define_function("Stock", "stock_reservation", table)
        function.allow(["dynamodb:UpdateItem"], [table.table_arn])
        return Step("Reserve", self._lines(function, "reserve"), undo=self._lines(function, "release"))

    def _lines(self, function: PythonFunction, action: str) -> RunExpress:
        line = {
            "action": action,
            "order_id.$": "$.order_id",
            "line.$": "$$.Map.Item.Index",
            "item.$": "$$.Map.Item.Value",
        }
        every = {"action.$": "$.action", "order_id.$": "$.order_id", "line.$": "$.line", "item.$": "$.item"}
        one = Invoke(function, every, refuses=action == "reserve")
        steps = [Step(action.title(), ForEach("$.lines", one, select=line))]
        return RunExpress(Workflow(self, f"{action.title()}Lines", steps=steps, express=True))

    def _approve(self) -> Step:
        large = {"Variable": "$.total_cents", "NumericGreaterThanEquals": LARGE_CENTS}
        return Step("Approve", self.approval.ask("Shall this order be charged and shipped?"), when=large)

    def _define_payments(self) -> OrderedQueueWorker:
        settings, table = self._settings, self.tables["Payments"]
        worker = OrderedQueueWorker(
            self,
            "Payments",
            package="payment_worker",
            group_key="customer",
            timeout=settings.timeout,
            concurrency=settings.concurrency,
        )
        worker.function.add_environment("TABLE_NAME", table.table_name)
        worker.function.allow(["dynamodb:PutItem", "dynamodb:UpdateItem"], [table.table_arn])
        reports = ["states:SendTaskSuccess", "states:SendTaskFailure"]
        worker.function.allow(
            reports, ["*"], reason="A task is named by its token; IAM knows no resource for it"
        )
        return worker

    def _charge(self) -> Step:
        """Charge and refund through one queue, so that a refund never overtakes its charge."""

        def ask(action: str) -> SendAndWait:
            body = {"action": action, "order.$": "$"}
            return SendAndWait(self.payments.queue, body, group="$.customer")

        return Step("Charge", ask("charge"), undo=ask("refund"))

    def _ship(self) -> Step:
        function = self._define_function("Parcels", "parcel_shipping", self.tables["Parcels"])
        ship, cancel = ({"action": action, "order.$": "$"} for action in ("ship", "cancel"))
        return Step("Ship", Invoke(function, ship, refuses=True), undo=Invoke(function, cancel))

    def _define_outputs(self) -> None:
        outputs = {
            "SagaArn": self.workflow.machine_arn,
            "QuestionsTableName": self.approval.questions.table_name,
            "QuestionsTopicArn": self.approval.topic.topic_arn,
            "AnsweringFunctionName": self.approval.answering.function.function_name,
            "PaymentsQueueUrl": self.payments.queue.queue_url,
            "PaymentsDeadLetterQueueUrl": self.payments.dead_letter_queue.queue_url,
            **{f"{name}TableName": table.table_name for name, table in self.tables.items()},
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value).override_logical_id(f"Saga{name.removeprefix('Saga')}")
