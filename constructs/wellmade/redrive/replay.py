"""Send failed messages back: in bounded batches, at a bounded rate, and never losing one.

A message is sent first and deleted from the dead-letter queue after that. A crash between the two leaves it
in both, which a consumer that can take a message twice swallows; none is ever in neither.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from wellmade.redrive.aws import explain
from wellmade.redrive.deliveries import BATCH, delete, receive, release
from wellmade.redrive.message import Message, entry
from wellmade.redrive.plan import is_chosen
from wellmade.redrive.queues import Route

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

HIDDEN_SECONDS = 900
"""How long messages that stay are invisible during the run, so that the queue offers the others."""

BATCH_BYTES = 256 * 1024
"""A batch this small is accepted by every region and by every queue with the default size limit."""

SWALLOWED = "the target saw its deduplication id less than 5 minutes ago and would drop it; run again later"


@dataclass
class Outcome:
    """What a replay did."""

    moved: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    """Message id to the reason; these stayed where they were."""
    doubled: int = 0
    """Sent, and could not be deleted: these are in both queues."""
    left: int = 0
    """Not asked for, or came back during this run; these stayed."""
    hidden: int = 0
    """Stayed, and could not be made visible at once; SQS does so within 15 minutes."""
    interrupted: bool = False
    fault: str | None = None
    """What ended the run early."""

    @property
    def complete(self) -> bool:
        """Whether everything that was to be moved was moved, once."""
        return not (self.failed or self.doubled or self.fault)


class RateLimiter:
    """Lets no more than `rate` messages a second pass.

    Args:
        rate: Messages a second, above 0.
        clock: Seconds that never go back.
        sleep: Waits so many seconds.
    """

    def __init__(
        self,
        rate: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.rate = rate
        self._clock = clock
        self._sleep = sleep
        self._free_at = clock()

    def spend(self, messages: int) -> None:
        """Note that so many messages went through."""
        self._free_at = max(self._free_at, self._clock()) + messages / self.rate

    def rest(self, stop: Callable[[], bool]) -> None:
        """Wait until the next may go; look every quarter of a second whether to stop."""
        while not stop() and (left := self._free_at - self._clock()) > 0:
            self._sleep(min(left, 0.25))


@dataclass
class Replay:
    """One run from a dead-letter queue to a target.

    Args:
        sqs: The client.
        route: From where to where.
        limiter: How fast.
        batch: Messages in one call, 1 to 10; fewer at a low rate, and 1 for FIFO. Default: 10.
        limit: Most messages to move. Default: all.
        match: Move only messages that contain this text. Default: all.
        stop: Asked between batches whether to end.
        report: Called with the outcome so far after each batch.
        wait: Long poll in seconds.
    """

    sqs: "SQSClient"
    route: Route
    limiter: RateLimiter
    batch: int = BATCH
    limit: int | None = None
    match: str | None = None
    stop: Callable[[], bool] = lambda: False
    report: Callable[[Outcome], None] = lambda _outcome: None
    wait: int = 1
    outcome: Outcome = field(default_factory=Outcome)
    _held: dict[str, Message] = field(default_factory=dict)
    """In our hands: received, invisible to others, and not deleted."""
    _sent: set[str] = field(default_factory=set)
    """Ids that the target has accepted; these are deleted when they show up again, and never sent again."""
    _resent: set[str] = field(default_factory=set)
    """Ids that the target gave them: who comes back with one of these has failed again, and stays."""
    _blocked: set[str] = field(default_factory=set)
    """FIFO groups of which one message stays, so that all behind it stay too."""

    def run(self) -> Outcome:
        """Move messages until none is left, the limit is reached, or asked to stop."""
        try:
            while not self._is_over() and self._step():
                self.report(self.outcome)
                self.limiter.rest(self.stop)
        except (ClientError, BotoCoreError) as error:
            self.outcome.fault = explain(error)
        finally:
            self._finish()
        return self.outcome

    def _is_over(self) -> bool:
        self.outcome.interrupted = self.stop()
        return self.outcome.interrupted or self._room() < 1

    def _room(self) -> int:
        """How many messages the next step may move."""
        most = min(self.batch, BATCH, max(1, int(self.limiter.rate)))
        return most if self.limit is None else min(most, self.limit - len(self._sent))

    def _step(self) -> bool:
        """Handle one batch; False when the queue has nothing more to offer."""
        batch = receive(
            self.sqs, self.route.dead_letter, most=self._room(), hidden_for=HIDDEN_SECONDS, wait=self.wait
        )
        fresh = [message for message in batch if message.id not in self._held]
        self._held |= {message.id: message for message in batch}
        self._delete([message for message in batch if message.id in self._sent])
        self._send([message for message in fresh if self._takes(message)])
        return bool(batch)

    def _takes(self, message: Message) -> bool:
        if message.id in self._sent:
            return False
        failed_again = message.id in self._resent
        takes = not failed_again and is_chosen(message, self.route, self.match)
        return takes or self._keep(message)

    def _keep(self, message: Message) -> bool:
        """Leave a message where it is, and with it all that is behind it in its FIFO group."""
        if self.route.dead_letter.fifo and message.group is not None:
            self._blocked.add(message.group)
        return False

    def _send(self, messages: Sequence[Message]) -> None:
        """Send, then delete what was accepted; a refused message stays."""
        for batch in _send_batches(messages, fifo=self.route.target.fifo):
            if batch[0].group not in self._blocked:
                self._delete(self._accepted(batch))
                self.limiter.spend(len(batch))

    def _accepted(self, batch: Sequence[Message]) -> list[Message]:
        """Send one call's worth and return what the target took."""
        fifo = self.route.target.fifo
        answer = self.sqs.send_message_batch(
            QueueUrl=self.route.target.url,
            Entries=[entry(message, number, fifo=fifo) for number, message in enumerate(batch)],
        )
        for no in answer.get("Failed", []):
            self._refuse(batch[int(no["Id"])], f"{no['Code']}: {no.get('Message', '')}")
        accepted = []
        for yes in answer.get("Successful", []):
            message = batch[int(yes["Id"])]
            if (
                fifo and yes["MessageId"] == message.id
            ):  # the answer to a duplicate: nothing was put into the queue
                self._refuse(message, SWALLOWED)
                continue
            self._sent.add(message.id)
            self._resent.add(yes["MessageId"])
            accepted.append(message)
        return accepted

    def _refuse(self, message: Message, reason: str) -> None:
        self.outcome.failed[message.id] = reason
        self._keep(message)

    def _delete(self, sent: Sequence[Message]) -> None:
        failed = {message.id for message in delete(self.sqs, self.route.dead_letter, sent)}
        for message in sent:
            if message.id not in failed:
                del self._held[message.id]
        self.outcome.moved = len(self._sent - self._held.keys())

    def _finish(self) -> None:
        """Try once more to delete what was sent, and make everything that stays visible."""
        for tidy in (self._delete_sent, self._release):
            try:
                tidy()
            except (ClientError, BotoCoreError) as error:
                self.outcome.fault = self.outcome.fault or explain(error)
        self.outcome.doubled = len(self._sent & self._held.keys())
        self.outcome.left = len(self._held) - self.outcome.doubled - len(self.outcome.failed)

    def _delete_sent(self) -> None:
        self._delete([message for message in self._held.values() if message.id in self._sent])

    def _release(self) -> None:
        self.outcome.hidden = len(self._held)
        self.outcome.hidden = release(self.sqs, self.route.dead_letter, list(self._held.values()))


def _send_batches(messages: Sequence[Message], *, fifo: bool) -> Iterator[list[Message]]:
    """Cut messages into calls: by size, and one a call for FIFO.

    A call may fail for the third message and succeed for the fourth, which would break a FIFO group's order.
    """
    batch: list[Message] = []
    for message in messages:
        size = sum(other.size for other in batch) + message.size
        if batch and (fifo or size > BATCH_BYTES):
            yield batch
            batch = []
        batch.append(message)
    if batch:
        yield batch
