"""Look at failed messages without harming them: what they are, how often they failed, and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from wellmade.redrive.aws import Aws, explain
from wellmade.redrive.deliveries import receive, release
from wellmade.redrive.message import Message, matches
from wellmade.redrive.queues import Queue, Route
from wellmade.redrive.reasons import open_logs

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

HIDDEN_SECONDS = 60
"""How long messages stay invisible should this process be killed while it looks."""

MOST_REASONS = 50
"""For so many messages at most the logs are searched."""


@dataclass(frozen=True)
class Plan:
    """What lies in a dead-letter queue and what a replay would do."""

    route: Route
    seen: Sequence[Message]
    """All that were looked at, be they to be replayed or not."""
    chosen: Sequence[Message]
    """Those of them that a replay would move."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Message id to what the logs say."""
    notes: Sequence[str] = ()
    """What the reader should know about this look."""

    @property
    def oldest(self) -> datetime | None:
        """When the oldest message that was looked at was sent."""
        return min((message.sent for message in self.seen), default=None)

    @property
    def receives(self) -> Mapping[int, int]:
        """Number of receives before this look, to number of messages."""
        return dict(sorted(Counter(message.receives for message in self.seen).items()))


def make_plan(aws: Aws, route: Route, *, most: int, match: str | None, wait: int = 1) -> Plan:
    """Look at up to `most` messages and search the logs for why they failed.

    Each message is visible again when this returns. To look is to receive, so its receive count rises by one.
    That is harmless in a queue without a redrive policy of its own; a dead-letter queue that has one is not
    looked into, because its messages would be moved on.
    """
    queue = route.dead_letter
    if queue.dead_letter_arn:
        note = f"not looked into: {queue.name} has a redrive policy itself, and a look counts as a receive"
        return Plan(route, (), (), notes=(note,))
    seen = look(aws.client("sqs"), queue, most=most, wait=wait)
    chosen = [message for message in seen if is_chosen(message, route, match)]
    reasons, notes = _reasons(aws, route, chosen[:MOST_REASONS])
    return Plan(route, seen, chosen, reasons, notes)


def look(sqs: "SQSClient", queue: Queue, *, most: int, wait: int = 1) -> list[Message]:
    """Receive messages and make them visible again at once, also when interrupted.

    Of a FIFO queue, no more than the first ten of a group are seen: the others wait for them.
    """
    seen: dict[str, Message] = {}
    try:
        while len(seen) < most:
            batch = receive(sqs, queue, most=most - len(seen), hidden_for=HIDDEN_SECONDS, wait=wait)
            if not batch:
                break
            seen |= {message.id: message for message in batch}
    finally:
        release(sqs, queue, list(seen.values()))
    return list(seen.values())


def is_chosen(message: Message, route: Route, match: str | None) -> bool:
    """Tell whether a replay takes the message: it failed on that queue, as far as known, and it matches."""
    ours = route.origin is None or message.origin in {None, route.origin}
    return ours and matches(message, match)


def _reasons(aws: Aws, route: Route, messages: Sequence[Message]) -> tuple[Mapping[str, str], Sequence[str]]:
    """Search the logs; they are a help and not a need, so a refusal is noted and not raised."""
    if not messages:
        return {}, ()
    origin = route.origin or messages[0].origin or route.target.arn
    try:
        logs = open_logs(aws, origin)
        found = {message.id: reason for message in messages if (reason := logs.reason(message))}
    except (ClientError, BotoCoreError) as error:
        return {}, (f"reasons unknown, the logs cannot be read: {explain(error)}",)
    if not logs.groups:
        return {}, (f"reasons unknown: no function polls {origin.rsplit(':', 1)[1]}",)
    return found, ()
