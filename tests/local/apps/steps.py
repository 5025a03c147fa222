"""A workflow of every kind of step that the embedded AWS runs, with a function that notes what it was asked."""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from wellmade.foundation import OnDemandTable
from wellmade.workflow import CallAwsService, Choice, CustomState, Invoke, Parallel, Step, Wait, Workflow

NOTES = """
import os
import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def handler(event, context):
    table.put_item(Item={"pk": f"{event['order']}#{event['note']}"})
    if event["note"] == event.get("failing"):
        raise ValueError(event["note"])
"""
HIGH = {"Variable": "$.cents", "NumericGreaterThan": 100}


class StepsStack(cdk.Stack):
    """Stock and price at once, then a letter or a parcel, a pause, a note by the service itself, the bill."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        table = OnDemandTable(self, "Notes", partition_key="pk", removal_policy=cdk.RemovalPolicy.DESTROY)
        self._function = lambda_.Function(
            self,
            "Note",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline(NOTES),
            timeout=cdk.Duration.seconds(20),
        )
        table.connect(self._function, actions=["dynamodb:PutItem"])
        item = {"pk": {"S.$": "States.Format('{}#direct', $.order)"}}
        parameters = {"TableName": table.table_name, "Item": item}
        direct = CallAwsService("dynamodb", "putItem", [table.table_arn], parameters)
        workflow = Workflow(
            self,
            "Steps",
            steps=[
                Step("Both", Parallel([[self._note("stock"), self._note("shelf")], [self._note("price")]])),
                Step("Send", Choice([self._note("parcel", when=HIGH), self._note("letter")])),
                Step("Pause", Wait(cdk.Duration.seconds(1))),
                Step("Direct", direct),
                Step("Mark", CustomState({"Type": "Pass", "Result": True, "ResultPath": "$.marked"})),
                self._note("bill"),
            ],
        )
        cdk.CfnOutput(self, "MachineArn", value=workflow.state_machine_arn)
        cdk.CfnOutput(self, "TableName", value=table.table_name)

    def _note(self, note: str, **options: object) -> Step:
        known = {"order.$": "$.order", "failing.$": "$.failing"}
        do, back = (Invoke(self._function, {**known, "note": each}) for each in (note, f"no {note}"))
        return Step(note, do, compensation=back, non_retryable_errors=("ValueError",), **options)  # type: ignore[arg-type] # `when` alone
