"""Buses and topics that the shop has, and what it subscribes to them."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infrastructure.services import SERVICES, node_function, own_queue
from wellmade.foundation import suppress
from wellmade.messaging import EventBus, FanOutTopic, OrderedQueueWorker, QueueWorker


class OwnBus(cdk.Stack):
    """The shop's own bus: to a worker, to its own queue, topic and function."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        bus = EventBus(self, "Shop", bus=events.EventBus(self, "Bus"))
        worker = QueueWorker(self, "Billing", function=SERVICES / "gate")
        bus.add_target("Billing", worker, event="OrderPlaced.v1", detail={"currency": ["EUR"]})
        bus.add_target("Notify", node_function(self), event="OrderPlaced.v1")
        bus.add_target("Own", own_queue(self, cdk.Duration.minutes(2)), event="OrderCancelled.v1")
        bus.connect(node_function(self, "Intake"))


class ImportedBus(cdk.Stack):
    """A bus that another team has deployed, to a state machine of the shop."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        arn = "arn:aws:events:eu-west-1:111122223333:event-bus/theirs"
        bus = EventBus(
            self, "Shop", bus=events.EventBus.from_event_bus_arn(self, "Bus", arn), archive_retention=None
        )
        machine = sfn.StateMachine(
            self,
            "Machine",
            definition_body=sfn.DefinitionBody.from_chainable(sfn.Succeed(self, "Done")),
            tracing_enabled=True,
        )
        suppress(machine, {"AwsSolutions::AwsSolutions-SF1": "It does nothing yet."})
        tracing = "X-Ray has no resources to name."
        suppress(machine.role, {"AwsSolutions::AwsSolutions-IAM5[Resource::*]": tracing})
        bus.add_target("Machine", machine, event="OrderPlaced.v1")


class OwnTopic(cdk.Stack):
    """The shop's own topic under its own key, to workers and to a function."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        key = kms.Key(self, "Key", enable_key_rotation=True)
        # The CDK's own class is not assignable to its interface.
        own = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)  # pyright: ignore[reportArgumentType]
        topic = FanOutTopic(self, "Orders", topic=own)
        stock = QueueWorker(self, "Stock", function=SERVICES / "gate", encryption_key=key)
        wanted = {"delivery": ["parcel"]}
        topic.subscribe("Stock", stock, filter_policy=wanted, filter_policy_scope="MessageBody")
        topic.subscribe("Notify", node_function(self))


class TopicAcrossStacks(cdk.Stack):
    """A topic here, its subscriber in another stack."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.topic = FanOutTopic(self, "Orders")


class SubscriberStack(cdk.Stack):
    """A worker on a topic of another stack."""

    def __init__(self, scope: Construct, construct_id: str, topic: FanOutTopic) -> None:
        super().__init__(scope, construct_id)
        topic.subscribe("Stock", QueueWorker(self, "Stock", function=SERVICES / "gate"))


class InOrder(cdk.Stack):
    """The shop's own FIFO queue, worked on in the order of each account; a bus writes to it."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        queue = own_queue(self, cdk.Duration.minutes(2), fifo=True)
        ledger = OrderedQueueWorker(
            self, "Ledger", function=node_function(self), queue=queue, message_group_key="account"
        )
        bus = EventBus(self, "Shop")
        bus.add_target("Ledger", ledger, event="OrderPlaced.v1", message_group_id="orders")
