"""How messages are cut into calls, and how a call is made."""

from collections.abc import Callable, Collection, Iterator, Sequence

from botocore.exceptions import ClientError

from wellmade.redrive.answers import OddAnswerError
from wellmade.redrive.aws import is_throttled
from wellmade.redrive.message import Message
from wellmade.redrive.rate_limiter import RateLimiter
from wellmade.redrive.targets import Deliver, Delivered

BATCH_BYTES = 256 * 1024
"""A batch this small is accepted by every region and by every queue with the default size limit."""

PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Seconds before a throttled call is made once more; after the last it is given up."""


def send_batches(messages: Sequence[Message], *, single: bool) -> Iterator[list[Message]]:
    """Cut messages into calls: by size, and one a call for FIFO and for functions.

    A call may fail for the third message and succeed for the fourth, which would break a FIFO group's order.
    """
    batch: list[Message] = []
    for message in messages:
        size = sum(other.size for other in batch) + message.size
        if batch and (single or size > BATCH_BYTES):
            yield batch
            batch = []
        batch.append(message)
    if batch:
        yield batch


def call(
    deliver: Deliver, batch: Sequence[Message], limiter: RateLimiter, stop: Callable[[], bool]
) -> Delivered:
    """Make a call, again while the target throttles; that one was refused, so nothing is sent twice."""
    for pause in PAUSES:
        try:
            return deliver(batch)
        except ClientError as error:
            if not is_throttled(error) or stop():
                raise
        limiter.pause(pause)
        limiter.rest(stop)
    return deliver(batch)


def with_new_ids(delivered: Delivered, known: Collection[str]) -> Delivered:
    """Take an id that the target gave another message before as no word on this one.

    That is not so for FIFO: there it is the answer to a duplicate.
    """
    again = [pair for pair in delivered.accepted if pair[1] in known]
    kept = [pair for pair in delivered.accepted if pair[1] not in known]
    return Delivered(kept, delivered.refused, [*delivered.unknown, *(message for message, _ in again)])


def no_word_on(target: str, unknown: Sequence[Message], batch: Sequence[Message]) -> OddAnswerError:
    """Return what ends a run: an answer that does not say what became of each message."""
    return OddAnswerError(
        operation=f"sending to {target}",
        wanted=f"each of {len(batch)} messages once, taken or refused",
        got=f"no such word on {len(unknown)}",
    )
