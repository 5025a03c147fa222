"""Types and properties that the embedded AWS does not serve by itself."""

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

_COUNTS_AND_FAILS = """
calls = []


def handler(event, context):
    calls.append(event)
    raise ValueError(f"no, {len(calls)}")
"""


class GapsStack(cdk.Stack):
    """Deploys only because the extension serves or records what MiniStack refuses."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        queue = sqs.Queue(self, "Queue")
        self._scale()
        self._fail()
        bus = events.EventBus(self, "Bus")
        archive = bus.archive("Archive", event_pattern=events.EventPattern(source=["probe"]))
        cdk.CfnOutput(self, "ArchiveName", value=archive.archive_name)
        depth = queue.metric_approximate_number_of_messages_visible(period=cdk.Duration.minutes(1))
        simple = cloudwatch.Alarm(self, "Simple", metric=depth, threshold=1, evaluation_periods=1)
        composite = cloudwatch.CompositeAlarm(
            self, "Composite", alarm_rule=cloudwatch.AlarmRule.from_alarm(simple, cloudwatch.AlarmState.ALARM)
        )
        cdk.CfnOutput(self, "CompositeName", value=composite.alarm_name)
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
        function = lambda_.Function(
            self,
            "Failing",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline(_COUNTS_AND_FAILS),
            dead_letter_queue=sqs.Queue(self, "SetAside"),
            retry_attempts=0,
        )
        cdk.CfnOutput(self, "FailingName", value=function.function_name)
        if function.dead_letter_queue:
            cdk.CfnOutput(self, "SetAsideUrl", value=function.dead_letter_queue.queue_url)
