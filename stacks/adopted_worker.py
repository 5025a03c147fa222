"""A worker that was there before this library: permissions, boundary and alarms are added from outside."""

from typing import Any, cast

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.foundation import alarm_topic, monitor, suppress
from wellmade.foundation.function_code import code_properties
from wellmade.observability import watch
from wellmade.policies import PermissionBoundary, consume_messages, write_table

MOST_RECEIVES = 3
MARGIN = 6
"""Visibility in timeouts of the function, as AWS advises, so that a batch is never received twice at once."""
OF_FUNCTION = {
    "CKV_AWS_116": "What fails stays in its queue, and goes from there to the dead-letter queue.",
    "CKV_AWS_117": "It calls AWS services only, over TLS; a network would add latency.",
    "CKV_AWS_173": "Its variables name a table and a service; Lambda encrypts them with its own key.",
    "Serverless::Serverless-LambdaDLQ": "What fails stays in its queue until that redrives.",
    "Serverless::Serverless-LambdaEventSourceMappingDestination": "The queue redrives instead.",
    "AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
    "AWSLambdaBasicExecutionRole]": "CDK attaches it; the boundary leaves writing of log lines of it.",
    "AwsSolutions::AwsSolutions-IAM5[Resource::*]": "X-Ray has no resources to name.",
    "Serverless::Serverless-LambdaStarPermissions": "X-Ray has no resources to name.",
}
OF_LOG = {"CKV_AWS_158": "CloudWatch encrypts logs with its own key."}
OF_QUEUE = {"CKV_AWS_27": "SSE-SQS is on; the check looks for customer keys only."}
OF_TABLE = {"CKV_AWS_119": "Encrypted with AWS's key for DynamoDB; a customer key is one more to lose."}
OF_FAILED = {"Serverless::Serverless-SQSRedrivePolicy": "It is the dead-letter queue."}


class AdoptedWorkerStack(Stack):
    """Orders are invoiced by plain CDK; exact permissions, a boundary and alarms are added to it.

    None of its resources is one of this library's patterns. `write_table` allows the two calls that the code
    makes, a `PermissionBoundary` keeps the role within them whatever it is granted later, `watch` defines the
    alarms of what exists, and `monitor` one dashboard and one alarm over all. Take it as the way into an app
    that you have: nothing is replaced, and each of the four lines helps by itself.
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=(self.__doc__ or "").split("\n")[0], **options)
        self._settings = settings
        self.failed = self._define_queue("Failed", retention=Duration.days(14))
        self.queue = self._define_queue(
            "Orders",
            visibility=settings.timeout.to_seconds() * MARGIN,
            dead_letters=sqs.DeadLetterQueue(queue=self.failed, max_receive_count=MOST_RECEIVES),
        )
        self.table = self._define_table()
        self.function = self._define_function()
        self._adopt()
        self._suppress()
        self._define_outputs()
        settings.tag(self)

    def _adopt(self) -> None:
        """What this library adds; all else is as it was."""
        invoices = write_table(self.table, actions=["dynamodb:PutItem", "dynamodb:UpdateItem"])
        invoices.grant(self.function)
        needs = [consume_messages(self.queue), invoices]
        self.boundary = PermissionBoundary(self, "Limit", needs=needs)
        self.boundary.limit(self.function)
        # A function that a queue feeds may use all of its reservation: the messages wait.
        function = watch(self, self.function, alarm_thresholds={"concurrency": None})
        monitor(self, function, watch(self, self.queue), watch(self, self.table))

    def _suppress(self) -> None:
        """Say why what scanners find of plain CDK does not apply."""
        suppress(self.function, OF_FUNCTION)
        suppress(self.table, OF_TABLE)
        suppress(self.queue, OF_QUEUE)
        suppress(self.failed, {**OF_QUEUE, **OF_FAILED})

    def _define_queue(
        self,
        name: str,
        *,
        retention: Duration | None = None,
        visibility: float | None = None,
        dead_letters: sqs.DeadLetterQueue | None = None,
    ) -> sqs.Queue:
        return sqs.Queue(
            self,
            name,
            enforce_ssl=True,
            retention_period=retention,
            visibility_timeout=None if visibility is None else Duration.seconds(visibility),
            dead_letter_queue=dead_letters,
            removal_policy=self._settings.removal_policy,
        )

    def _define_table(self) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            "Invoices",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=self._settings.removal_policy is RemovalPolicy.RETAIN,
            removal_policy=self._settings.removal_policy,
        )

    def _define_function(self) -> lambda_.Function:
        log_group = logs.LogGroup(
            self, "InvoicesLog", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
        )
        suppress(log_group, OF_LOG)
        function = lambda_.Function(
            self,
            "InvoicesHandler",
            **code_properties("invoice_writer", None, None, None),
            memory_size=512,
            timeout=self._settings.timeout,
            reserved_concurrent_executions=self._settings.concurrency,
            log_group=cast(logs.ILogGroup, log_group),
            tracing=lambda_.Tracing.ACTIVE,
            environment={"TABLE_NAME": self.table.table_name, "POWERTOOLS_SERVICE_NAME": self.node.id},
        )
        function.add_event_source(cast(lambda_.IEventSource, self._source()))
        return function

    def _source(self) -> sources.SqsEventSource:
        return sources.SqsEventSource(
            self.queue,
            batch_size=10,
            max_concurrency=max(2, self._settings.concurrency),
            report_batch_item_failures=True,
        )

    def _define_outputs(self) -> None:
        define_outputs(
            self,
            {
                "OrdersQueueUrl": self.queue.queue_url,
                "FailedQueueUrl": self.failed.queue_url,
                "InvoicesTableName": self.table.table_name,
                "InvoicesFunctionName": self.function.function_name,
                "AlarmTopicArn": alarm_topic(self).topic_arn,
            },
        )
