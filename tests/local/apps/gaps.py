"""Types and properties that the embedded AWS does not serve by itself."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct


class GapsStack(cdk.Stack):
    """Deploys only because the extension serves or records what MiniStack refuses."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        queue = sqs.Queue(self, "Queue")
        self._scale()
        self._fail()
        bus = events.EventBus(self, "Bus")
        bus.archive("Archive", event_pattern=events.EventPattern(source=["probe"]))
        depth = queue.metric_approximate_number_of_messages_visible(period=cdk.Duration.minutes(1))
        simple = cloudwatch.Alarm(self, "Simple", metric=depth, threshold=1, evaluation_periods=1)
        cloudwatch.CompositeAlarm(
            self, "Composite", alarm_rule=cloudwatch.AlarmRule.from_alarm(simple, cloudwatch.AlarmState.ALARM)
        )
        ratio = cloudwatch.MathExpression(expression="depth * 2", using_metrics={"depth": depth})
        cloudwatch.Alarm(self, "Math", metric=ratio, threshold=1, evaluation_periods=1)
        cdk.CfnOutput(self, "QueueUrl", value=queue.queue_url)

    def _scale(self) -> None:
        target = scaling.ScalableTarget(
            self,
            "Target",
            service_namespace=scaling.ServiceNamespace.DYNAMODB,
            resource_id="table/probe",
            scalable_dimension="dynamodb:table:ReadCapacityUnits",
            min_capacity=1,
            max_capacity=2,
        )
        target.scale_to_track_metric(
            "Tracking",
            target_value=50,
            predefined_metric=scaling.PredefinedMetric.DYNAMODB_READ_CAPACITY_UTILIZATION,
        )
        cdk.CfnOutput(self, "TargetId", value=target.scalable_target_id)

    def _fail(self) -> None:
        failing = self._define_function("Failing", dead_letter_queue=sqs.Queue(self, "SetAside"))
        if failing.dead_letter_queue:
            cdk.CfnOutput(self, "SetAsideUrl", value=failing.dead_letter_queue.queue_url)
        busy = self._define_function("Busy", reserved_concurrent_executions=0)
        for name, function in (("Failing", failing), ("Busy", busy)):
            call = tasks.LambdaInvoke(
                self, f"Call{name}", lambda_function=function, retry_on_service_exceptions=False
            )
            body = sfn.DefinitionBody.from_chainable(call)
            machine = sfn.StateMachine(self, f"{name}Machine", definition_body=body)
            cdk.CfnOutput(self, f"{name}MachineArn", value=machine.state_machine_arn)

    def _define_function(self, name: str, **options: Any) -> lambda_.Function:
        """Define a function that counts its calls and fails."""
        lines = ["calls = []", "def handler(event, context):", "  calls.append(1)"]
        lines.append("  raise ValueError(f'no, {len(calls)}')")
        function = lambda_.Function(
            self,
            name,
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline("\n".join(lines)),
            retry_attempts=0,
            **options,
        )
        cdk.CfnOutput(self, f"{name}Name", value=function.function_name)
        return function
