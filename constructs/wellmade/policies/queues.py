"""Messages of a queue."""

from collections.abc import Sequence

from aws_cdk import aws_sqs as sqs

from wellmade.policies.need import Allowed, Need, chosen, need

CONSUMES = (
    *("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"),
    "sqs:GetQueueAttributes",
)


def consume_messages(queue: sqs.IQueue | sqs.Queue, *, actions: Sequence[str] | None = None) -> Need:
    """Return the need to receive messages, hide them for longer and delete them.

    Args:
        queue: Where they are.
        actions: Those that are called. Default: `sqs:ReceiveMessage`, `DeleteMessage`,
            `ChangeMessageVisibility` and `GetQueueAttributes`.

    Raises:
        RefusedError: If an action is not among them.
    """
    taken = chosen(queue, actions, CONSUMES)
    return need(queue, Allowed(taken, (queue.queue_arn,), keyed=queue.encryption_master_key is not None))


def send_messages(queue: sqs.IQueue | sqs.Queue) -> Need:
    """Return the need to send messages, and nothing else: a sender reads none.

    Args:
        queue: Where they go.
    """
    is_keyed = queue.encryption_master_key is not None
    return need(queue, Allowed(("sqs:SendMessage",), (queue.queue_arn,), keyed=is_keyed))
