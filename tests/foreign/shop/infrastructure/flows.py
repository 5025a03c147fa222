"""Workflows over the shop's own functions, queues and tasks."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from constructs import Construct

from infrastructure.services import SERVICES, image_function, node_function, own_queue
from wellmade.foundation import PythonFunction
from wellmade.workflow import (
    CallAwsService,
    Choice,
    HumanApproval,
    Invoke,
    Parallel,
    RequestApproval,
    SendMessageWithTaskToken,
    Step,
    Wait,
    Workflow,
)


class Saga(cdk.Stack):
    """Steps over functions of all kinds, compensated where one fails."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        reserve = Invoke(node_function(self), {"action": "reserve"})
        release = Invoke(node_function(self, "Release"))
        workflow = Workflow(
            self,
            "Orders",
            steps=[
                Step("Reserve", reserve, release),
                Step(
                    "Both",
                    Parallel(
                        [
                            [Step("Report", Invoke(image_function(self)))],
                            [Step("Pause", Wait(cdk.Duration.minutes(1)))],
                        ]
                    ),
                ),
            ],
            encryption_key=kms.Key(self, "Key", enable_key_rotation=True),
        )
        workflow.connect(node_function(self, "Starter"))


class WithChoices(cdk.Stack):
    """A choice, a call of AWS, and a person who is asked."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        approval = HumanApproval(self, "Large", timeout=cdk.Duration.days(1))
        queue = own_queue(self, cdk.Duration.minutes(2))
        send = CallAwsService(
            "sqs",
            "sendMessage",
            iam_resources=[queue.queue_arn],
            parameters={"QueueUrl": queue.queue_url, "MessageBody": "done"},
        )
        ask = RequestApproval(approval, "Ship this order?")
        large = {"Variable": "$.total", "NumericGreaterThan": 1000}
        Workflow(
            self,
            "Orders",
            steps=[Step("Ask", Choice([Step("AskSomebody", ask, when=large)])), Step("Tell", send)],
        )


class ByQueue(cdk.Stack):
    """A worker of the shop's own does a step and reports back."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        queue = own_queue(self, cdk.Duration.minutes(2))
        pay = SendMessageWithTaskToken(queue, {"order.$": "$.order_id"}, timeout=cdk.Duration.minutes(30))
        caller = PythonFunction(self, "Caller", code=SERVICES / "gate")
        workflow = Workflow(self, "Orders", steps=[Step("Pay", pay)], idempotency_key_path="$.order_id")
        workflow.grant_start(caller)


class ExpressFlow(cdk.Stack):
    """Short work that runs often."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        Workflow(self, "Quick", steps=[Step("Notify", Invoke(node_function(self)))], express=True)
