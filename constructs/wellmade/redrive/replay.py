"""Send failed messages back: in bounded batches, at a bounded rate, and never losing one.

A message is sent first and deleted from the dead-letter queue after that; both are written into a journal
before and after. After a crash between the two, the next run deletes what was taken and does not send it
again; what may have been taken stays, and is named.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from wellmade.redrive.aws import explain, is_silent, was_refused
from wellmade.redrive.choice import SWALLOWED, Choice
from wellmade.redrive.deliveries import BATCH, delete, receive, release
from wellmade.redrive.journal import Journal
from wellmade.redrive.message import Message
from wellmade.redrive.outcome import Outcome
from wellmade.redrive.queues import Route, find_queue
from wellmade.redrive.rate_limiter import RateLimiter
from wellmade.redrive.selection import EVERYTHING, Selection
from wellmade.redrive.sending import call, no_word_on, send_batches, with_new_ids
from wellmade.redrive.targets import Deliver, Delivered, deliver_to_queue

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

HIDDEN_SECONDS = 900
"""How long messages that stay are invisible during the run, so that the queue offers the others."""

KNOWN_AGAIN = 100
"""A queue that offers twice what stays, and this many more, and nothing new has nothing new."""


@dataclass
class Replay:
    """One run from a dead-letter queue to a target.

    Args:
        sqs: The client.
        route: From where to where.
        limiter: How fast.
        batch: Messages in one call, 1 to 10; fewer at a low rate, and 1 for FIFO. Default: 10.
        limit: Most messages to move. Default: all.
        selection: Move only these messages. Default: all that may go to the target.
        unwrap: Whether to take messages out of the envelopes of SNS, EventBridge and Lambda. Default: False.
        deliver: Makes one call to the target. Default: it is a queue of the same client.
        journal: Where it is kept what was sent. Default: nowhere.
        resend: Whether to send what may have been sent by a run that was killed. Default: False.
        wait_for_hidden: Whether to wait for messages that somebody else received. Default: False.
        stop: Asked between batches whether to end.
        report: Called with the outcome so far after each batch.
        wait: Long poll in seconds.
    """

    sqs: "SQSClient"
    route: Route
    limiter: RateLimiter
    batch: int = BATCH
    limit: int | None = None
    selection: Selection = EVERYTHING
    unwrap: bool = False
    deliver: Deliver | None = None
    journal: Journal = field(default_factory=Journal)
    resend: bool = False
    wait_for_hidden: bool = False
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
    _choice: Choice = field(init=False)
    _give_up_at: float | None = None
    _seen: set[str] = field(default_factory=set)
    """Ids of all that was received."""
    _stale: int = 0
    """How many came that had come before, since the last one that had not."""
    _others: int = 0
    """Received by somebody else, when last asked."""

    def __post_init__(self) -> None:
        """Let what stays be counted in the outcome."""
        self._choice = Choice(self.route, self.selection, self.unwrap, self.journal, self.resend)
        self._choice.refused, self._choice.uncertain = self.outcome.failed, self.outcome.uncertain

    def run(self) -> Outcome:
        """Move messages until none is left, the limit is reached, or asked to stop."""
        self._others = self.route.dead_letter.in_flight
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
        self.journal.refresh()
        fresh = [message for message in batch if message.id not in self._held]
        known = len(self._seen)
        self._seen.update(message.id for message in batch)
        self._stale = 0 if len(self._seen) > known else self._stale + len(batch)
        self._held |= {message.id: message for message in batch}
        self._delete([message for message in batch if self._was_sent(message)])
        self._send([message for message in fresh if self._is_new(message)])
        return (bool(batch) and self._stale <= 2 * len(self._held) + KNOWN_AGAIN) or self._waits()

    def _waits(self) -> bool:
        """Wait a second for what somebody else received; give up when all of it must have come back."""
        if not self.wait_for_hidden:
            return False
        now = self.limiter.clock()
        self._give_up_at = self._give_up_at or now + HIDDEN_SECONDS + 60
        before = self._others
        self._others = find_queue(self.sqs, self.route.dead_letter.url).in_flight - len(self._held)
        self.limiter.pause(1)
        return (
            max(before, self._others) > 0 and now < self._give_up_at
        )  # one more look after the last is back

    def _was_sent(self, message: Message) -> bool:
        return message.id in self._sent or message.id in self.journal.sent

    def _is_new(self, message: Message) -> bool:
        """Tell whether a message was not sent yet; one that has failed again during this run stays."""
        if message.id in self._resent:
            self._choice.keep(message)
        return not self._was_sent(message) and message.id not in self._resent

    def _send(self, messages: Sequence[Message]) -> None:
        """Send what goes, then delete what was accepted; of FIFO one by one, as one may block the next."""
        for part in [[one] for one in messages] if self.route.dead_letter.fifo else [messages]:
            for batch in send_batches(self._choice.forms(part), single=self.route.target.one_a_call):
                delivered = self._deliver(batch)
                self._delete(self._accepted(delivered))
                self._end_where_unknown(batch, delivered.unknown)
                self.limiter.spend(len(batch))

    def _end_where_unknown(self, batch: Sequence[Message], unknown: Sequence[Message]) -> None:
        self.outcome.uncertain += [message.id for message in unknown]
        for message in unknown:
            self._choice.keep(message)
        if unknown:
            raise no_word_on(self.route.target.name, unknown, batch)

    def _accepted(self, delivered: Delivered) -> list[Message]:
        """Return what the target took."""
        for form, reason in delivered.refused:
            self._refuse(form, reason)
        accepted = []
        for form, new_id in delivered.accepted:
            if self.route.target.fifo and new_id in {form.id, *self._resent}:
                self._refuse(form, SWALLOWED)  # the answer to a duplicate: nothing was put into the queue
                continue
            self._sent.add(form.id)
            self._resent |= {new_id} - {""}
            accepted.append(self._held[form.id])
        self.journal.note("sent", (message.id for message in accepted))
        return accepted

    def _deliver(self, batch: Sequence[Message]) -> Delivered:
        """Call the target; what gets no answer may have been sent."""
        ids = [message.id for message in batch]
        target = self.route.target
        deliver = self.deliver or deliver_to_queue(self.sqs, target.url, fifo=target.fifo)
        self.journal.note("sending", ids)
        try:
            delivered = call(deliver, batch, self.limiter, self.stop)
        except (ClientError, BotoCoreError) as error:
            if was_refused(error):
                self.journal.note("settled", ids)
            else:
                self.outcome.uncertain += ids
            raise
        return delivered if target.fifo else with_new_ids(delivered, self._resent)

    def _refuse(self, message: Message, reason: str) -> None:
        self.journal.note("settled", [message.id])
        self._choice.refuse(message, reason)

    def _delete(self, sent: Sequence[Message]) -> None:
        failed = {message.id for message in delete(self.sqs, self.route.dead_letter, sent)}
        gone = [message.id for message in sent if message.id not in failed]
        for each in gone:
            del self._held[each]
        self.journal.note("settled", gone)
        self.outcome.finished += len(set(gone) - self._sent)
        self.outcome.moved = len(self._sent - self._held.keys())

    def _finish(self) -> None:
        """Try once more to delete what was sent, and make everything that stays visible."""
        outcome = self.outcome
        outcome.hidden = len(self._held)
        for tidy in (self._delete_sent, self._release, self._count_others):
            try:
                tidy()
            except (ClientError, BotoCoreError) as error:
                outcome.fault = outcome.fault or explain(error)
                outcome.silent = is_silent(error)
                if outcome.silent:
                    break
        self.journal.close()
        outcome.doubled = len((self._sent | self.journal.sent) & self._held.keys())
        kept = self._held.keys() & (outcome.failed.keys() | set(outcome.uncertain))
        outcome.left = len(self._held) - outcome.doubled - len(kept)
        outcome.blocked = dict(self._choice.blocked)

    def _count_others(self) -> None:
        others = self.route.dead_letter.in_flight
        if others and not self.outcome.fault:
            now = find_queue(self.sqs, self.route.dead_letter.url).in_flight - self.outcome.hidden
            self.outcome.in_flight = max(0, min(others, now))

    def _delete_sent(self) -> None:
        self._delete([message for message in self._held.values() if self._was_sent(message)])

    def _release(self) -> None:
        self.outcome.hidden = len(self._held)
        self.outcome.hidden = release(self.sqs, self.route.dead_letter, list(self._held.values()))
