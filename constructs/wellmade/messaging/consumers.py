"""Where the parts of a consumer are defined, and what lets its queue be delivered to."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IConstruct

from wellmade.foundation.refusal import refusal
from wellmade.foundation.tree import path_of, stack_of


def place_for(publisher: Construct, consumer: IConstruct) -> Construct:
    """Return where to define what tells a consumer: in its own stack, which then depends on the publisher's.

    The other way round each new consumer would change the publisher's stack, and both would go in a circle.
    """
    stack = stack_of(consumer)
    if path_of(stack) == path_of(stack_of(publisher)):
        return publisher
    name = f"{publisher.node.id}Consumers"
    found = stack.node.try_find_child(name)
    return found if isinstance(found, Construct) else Construct(stack, name)


def let_in(scope: IConstruct, queue: sqs.IQueue, statement: iam.PolicyStatement) -> None:
    """Add a statement to a queue's policy.

    Raises:
        ValueError: If the queue is an imported one, whose policy nobody can change from here.
    """
    if not queue.add_to_resource_policy(statement).statement_added:
        fix = "pass the queue itself; a consumer of another app imports the bus or the topic instead"
        raise refusal(scope, "queue", "one whose policy is defined in this app", "an imported queue", fix)
