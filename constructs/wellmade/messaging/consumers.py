"""Who takes what is published, and in which stack that is defined."""

from typing import cast

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct, IConstruct

from wellmade.foundation.queue_consumer import QueueConsumer
from wellmade.kit.environments import refuse_stack_elsewhere
from wellmade.kit.lookups import offers, same_stack, stack_of
from wellmade.kit.names import early_name

QueueTarget = QueueConsumer | sqs.IQueue | sqs.Queue
"""A worker with its queue, or any queue."""
FunctionTarget = lambda_.IFunction | lambda_.FunctionBase
EventTarget = (
    QueueTarget | FunctionTarget | sns.ITopic | sns.Topic | sfn.IStateMachine | sfn.StateMachine | IConstruct
)
"""What a rule of a bus may deliver to; of other constructs those that have a queue, a topic or a machine."""


def consumer_scope(publisher: Construct, consumer: IConstruct) -> Construct:
    """Return where to define what delivers to a consumer: in its own stack, which depends on the publisher's.

    The other way round each new consumer would change the publisher's stack, and the two would form a cycle.

    Args:
        publisher: The topic or the bus.
        consumer: What is delivered to.

    Raises:
        RefusedError: If it is of another region or account.
    """
    if not offers(consumer, "node") or same_stack(publisher, consumer):
        return publisher  # what is no construct is refused by who delivers
    refuse_stack_elsewhere(publisher, "consumer", consumer)
    stack = stack_of(consumer)
    # With the publisher's stack in it: two stacks may have a publisher of the same id.
    parent = cast(Construct, publisher.node.scope)
    name = early_name(parent, publisher.node.id, max_length=100)
    found = stack.node.try_find_child(name)
    return found if isinstance(found, Construct) else Construct(stack, name)


def queue_of(consumer: object) -> sqs.IQueue | None:
    """Return the queue that a consumer is or has; None where it has none."""
    if isinstance(consumer, QueueConsumer):
        return consumer.queue
    return cast(sqs.IQueue, consumer) if offers(consumer, "queue_arn") else None


def function_of(consumer: object) -> lambda_.IFunction | None:
    """Return the function that a consumer is; None where it is something else."""
    return cast(lambda_.IFunction, consumer) if offers(consumer, "function_arn") else None


def topic_of(consumer: object) -> sns.ITopic | None:
    """Return the topic that a consumer is or has; None where it has none."""
    found = consumer if offers(consumer, "topic_arn") else getattr(consumer, "topic", None)
    return cast(sns.ITopic, found) if offers(found, "topic_arn") else None


def machine_of(consumer: object) -> sfn.IStateMachine | None:
    """Return the state machine that a consumer is or has; None where it has none."""
    named = (getattr(consumer, name, None) for name in ("machine", "state_machine"))
    found = next((each for each in (consumer, *named) if offers(each, "state_machine_arn")), None)
    return cast("sfn.IStateMachine | None", found)
