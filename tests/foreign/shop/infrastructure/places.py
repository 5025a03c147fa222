"""The same things in other places: nested stacks, a stage, China and GovCloud."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infrastructure.services import SERVICES, clicks_stream, let_read, node_function
from wellmade.api import LambdaApi
from wellmade.foundation import IdempotencyTable, PrivateBucket, PythonFunction, log_access, monitor, suppress
from wellmade.messaging import QueueWorker
from wellmade.streaming import ChangeFeed, StreamArchive, StreamProcessor


class WholeShop(cdk.Stack):
    """A little of everything."""

    def __init__(self, scope: Construct, construct_id: str, *, env: cdk.Environment | None = None) -> None:
        super().__init__(scope, construct_id, env=env)
        define_shop(self)


def define_shop(scope: Construct) -> None:
    """Define a little of everything in any scope."""
    worker = QueueWorker(scope, "Work", function=SERVICES / "gate")
    IdempotencyTable(scope, "Done").connect(worker)
    stream = clicks_stream(scope)
    counting = StreamProcessor(scope, "Counting", stream=stream, function=node_function(scope))
    archive = StreamArchive(scope, "Archive", stream=stream, columns={"page": "string"})
    logs = PrivateBucket(scope, "Logs", expiration=cdk.Duration.days(90))
    suppress(logs, {"AwsSolutions::AwsSolutions-S1": "It holds the access logs."})
    table = dynamodb.Table(
        scope,
        "Table",
        partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
    )
    ChangeFeed(scope, "Changes", table=table, function=SERVICES / "gate")
    intake = PythonFunction(
        scope,
        "Intake",
        code=SERVICES / "orders",
        handler="app.lambda_handler",
        timeout=cdk.Duration.seconds(8),
    )
    worker.connect(intake)
    api = LambdaApi(scope, "Api", function=intake, routes=["POST /orders"])
    files = PrivateBucket(scope, "Files", expiration=cdk.Duration.days(30))
    let_read(files, intake)
    log_access(files, logs)
    if isinstance(archive.bucket, PrivateBucket):
        log_access(archive.bucket, logs)
    monitor(scope, worker, counting, api)


class Nested(cdk.Stack):
    """Everything in a nested stack, and a worker outside on its queue."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        inner = cdk.NestedStack(self, "Inner")
        define_shop(inner)
        function = PythonFunction(self, "Outer", code=SERVICES / "gate")
        QueueWorker(cdk.NestedStack(self, "Workers"), "Work", function=function)


class Production(cdk.Stage):
    """Everything in a stage."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        WholeShop(self, "Shop")
