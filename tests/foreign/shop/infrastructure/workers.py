"""Queues that are worked on: the shop's queues, functions, keys and networks in every combination it has."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infrastructure.services import SERVICES, image_function, node_function, own_queue
from wellmade.foundation import (
    IdempotencyTable,
    OnDemandTable,
    ProvisionedConcurrency,
    ProvisionedPollers,
    PythonFunction,
    ScheduledScaling,
    suppress,
    use_alarm_topic,
)
from wellmade.messaging import QueueWorker


class OwnLayout(cdk.Stack):
    """A Python function in another layout."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        function = PythonFunction(
            self,
            "Orders",
            code=SERVICES / "orders",
            handler="app.lambda_handler",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.X86_64,
            memory_size=1024,
            ephemeral_storage_size=cdk.Size.mebibytes(1024),
        )
        QueueWorker(self, "Work", function=function, batch_size=25, max_receive_count=5)


class OwnFolder(cdk.Stack):
    """The folder of a handler, and nothing else."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        worker = QueueWorker(self, "Work", function=SERVICES / "gate")
        worker.add_environment("SHOP", "north")


class NodeOnOwnQueue(cdk.Stack):
    """A function in Node.js on the shop's own queue, with filters."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        QueueWorker(
            self,
            "Work",
            function=node_function(self),
            queue=own_queue(self, cdk.Duration.seconds(90)),
            batch_size=50,
            max_batching_window=cdk.Duration.seconds(20),
            filters=[{"body": {"kind": ["order", "return"]}}],
        )


class ImageWorker(cdk.Stack):
    """A function in a container image."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        QueueWorker(self, "Work", function=image_function(self), alarm_thresholds={"oldest_message": 600})


class ImportedFunction(cdk.Stack):
    """A function that another team has deployed."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        role = iam.Role.from_role_arn(self, "Role", "arn:aws:iam::111122223333:role/theirs")
        theirs = lambda_.Function.from_function_attributes(
            self,
            "Theirs",
            function_arn="arn:aws:lambda:eu-west-1:111122223333:function:theirs",
            role=role,
            same_environment=True,
        )
        QueueWorker(
            self,
            "Work",
            function=theirs,
            max_concurrency=3,
            visibility_timeout=cdk.Duration.minutes(6),
        )


class ImportedQueue(cdk.Stack):
    """A queue that another team has deployed."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        queue = sqs.Queue.from_queue_arn(self, "Queue", "arn:aws:sqs:eu-west-1:111122223333:theirs")
        dead = sqs.Queue.from_queue_arn(self, "Dead", "arn:aws:sqs:eu-west-1:111122223333:theirs-dead")
        QueueWorker(
            self,
            "Work",
            function=node_function(self),
            queue=queue,
            dead_letter_queue=dead,
            visibility_timeout=cdk.Duration.minutes(2),
        )


class OwnKey(cdk.Stack):
    """The shop's own key for messages, variables and log lines; a bystander sends."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        key = kms.Key(self, "Key", enable_key_rotation=True)
        function = PythonFunction(
            self, "Orders", code=SERVICES / "orders", handler="app.lambda_handler", encryption_key=key
        )
        worker = QueueWorker(self, "Work", function=function, encryption_key=key)
        table = OnDemandTable(self, "Table", partition_key="pk", encryption_key=key)
        table.connect(worker, actions=["dynamodb:PutItem"])
        worker.connect(node_function(self))


class OwnNetwork(cdk.Stack):
    """The shop's own network, subnets and security group."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        suppress(vpc, {"AwsSolutions::AwsSolutions-VPC7": "The shop records no flows."})
        group = ec2.SecurityGroup(self, "Group", vpc=vpc, description="workers", allow_all_outbound=True)
        function = PythonFunction(
            self,
            "Orders",
            code=SERVICES / "orders",
            handler="app.lambda_handler",
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
            security_groups=[group],
        )
        QueueWorker(self, "Work", function=function)


class WarmWorker(cdk.Stack):
    """Copies that are kept warm during the day, and more where they are busy."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        warm = ProvisionedConcurrency(minimum=1, maximum=5, hours=ScheduledScaling(start_hour=6, end_hour=20))
        function = PythonFunction(
            self,
            "Orders",
            code=SERVICES / "orders",
            handler="app.lambda_handler",
            provisioned_concurrency=warm,
        )
        QueueWorker(self, "Work", function=function)


class LayersAndSnapshots(cdk.Stack):
    """A layer of the shop's own, and starts from a snapshot."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        layer = lambda_.LayerVersion(self, "Layer", code=lambda_.Code.from_asset(str(SERVICES / "gate")))
        function = PythonFunction(
            self,
            "Orders",
            code=SERVICES / "orders",
            handler="app.lambda_handler",
            layers=[layer],
            snap_start=True,
            reserved_concurrency=None,
        )
        QueueWorker(self, "Work", function=function)


class ManyPollers(cdk.Stack):
    """Pollers that are always there."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        QueueWorker(
            self,
            "Work",
            function=node_function(self, bound=None),
            pollers=ProvisionedPollers(minimum=2, maximum=5),
        )


class TwoQueues(cdk.Stack):
    """Two queues of one function, which share its reservation, and one memory of what was done."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        function = PythonFunction(self, "Orders", code=SERVICES / "orders", handler="app.lambda_handler")
        first = QueueWorker(self, "First", function=function)
        QueueWorker(self, "Second", function=function)
        IdempotencyTable(self, "Done").connect(first)


class OwnAlarmTopic(cdk.Stack):
    """Alarms go where the shop's other alarms go; some are left out."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        topic = sns.Topic.from_topic_arn(self, "Alarms", "arn:aws:sns:eu-west-1:111122223333:alarms")
        use_alarm_topic(self, topic)
        QueueWorker(
            self,
            "Work",
            function=node_function(self),
            queue=own_queue(self, cdk.Duration.minutes(2)),
            alarm_thresholds={"oldest_message": cdk.Duration.hours(1), "throttles": None},
        )


class Functions(cdk.Stack):
    """Functions in a stack of their own."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.node_function = node_function(self)
        self.orders = PythonFunction(self, "Orders", code=SERVICES / "orders", handler="app.lambda_handler")


class Queues(cdk.Stack):
    """Queues in a stack of their own."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.queue = own_queue(self, cdk.Duration.minutes(7))


class AcrossStacks(cdk.Stack):
    """Functions of one stack, a queue of another, and the workers in a third."""

    def __init__(self, scope: Construct, construct_id: str, functions: Functions, queues: Queues) -> None:
        super().__init__(scope, construct_id)
        QueueWorker(self, "Work", function=functions.orders, queue=queues.queue)
        more = QueueWorker(self, "More", function=functions.node_function)
        more.grant_send_messages(node_function(self))
