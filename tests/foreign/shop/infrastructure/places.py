"""The same things in other places: nested stacks, a stage, China and GovCloud."""

import aws_cdk as cdk
from constructs import Construct

from infrastructure.services import SERVICES, clicks_stream, let_read, logs_bucket, node_function, own_table
from wellmade.api import LambdaApi
from wellmade.foundation import IdempotencyTable, PrivateBucket, PythonFunction, log_access, monitor
from wellmade.messaging import EventBus, FanOutTopic, QueueWorker
from wellmade.streaming import ChangeFeed, StreamArchive, StreamProcessor
from wellmade.workflow import Invoke, Step, Workflow


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
    logs = logs_bucket(scope)
    table = own_table(scope)
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
    define_events(scope, worker)
    monitor(scope, worker, counting, api)


def define_events(scope: Construct, worker: QueueWorker) -> None:
    """Define what goes from one thing to another."""
    orders = FanOutTopic(scope, "Orders")
    orders.subscribe("Work", worker)
    bus = EventBus(scope, "Bus")
    bus.add_target("Orders", orders, event="OrderPlaced.v1")
    parcels = PythonFunction(scope, "Ship", code=SERVICES / "gate")
    ship, cancel = (Invoke(parcels, {"action": each}) for each in ("ship", "cancel"))
    saga = Workflow(scope, "Saga", steps=[Step("Ship", ship, cancel)])
    bus.add_target("Saga", saga, event="OrderPlaced.v1")


class Nested(cdk.Stack):
    """Everything in a nested stack, and a worker outside on its queue."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        inner = cdk.NestedStack(self, "Inner")
        define_shop(inner)
        function = PythonFunction(self, "Outer", code=SERVICES / "gate")
        QueueWorker(cdk.NestedStack(self, "Workers"), "Work", function=function)


class Preview(cdk.Stage):
    """Everything in a stage."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        WholeShop(self, "Shop")
