"""Look at failed messages without harming them: what they are, how often they failed, and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from wellmade.redrive.aws import Aws, explain
from wellmade.redrive.choice import Choice
from wellmade.redrive.deliveries import receive, release
from wellmade.redrive.journal import Journal
from wellmade.redrive.kinds import Kind, kind_of, stated_reason
from wellmade.redrive.message import Message
from wellmade.redrive.queues import Queue, Route
from wellmade.redrive.reasons import MOST_PAGES, open_logs
from wellmade.redrive.selection import Selection

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MOST_HIDDEN_SECONDS = 900
"""How long messages stay invisible at most, should this process be killed while it looks."""

MOST_SEEN = 100_000
"""SQS lets 120,000 messages of a queue be in flight, of a FIFO queue 20,000."""


@dataclass(frozen=True)
class Plan:
    """What lies in a dead-letter queue and what a replay would do."""

    route: Route
    seen: Sequence[Message]
    """All that were looked at, be they to be replayed or not."""
    chosen: Sequence[Message]
    """Those of them that a replay would move."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Message id to what the message itself or the logs say."""
    notes: Sequence[str] = ()
    """What the reader should know about this look."""
    kinds: Mapping[Kind, Sequence[Message]] = field(default_factory=dict)
    """All that were looked at, by how they came into the queue."""
    blocked: Mapping[str, str] = field(default_factory=dict)
    """FIFO: group to the id of its first message that stays; all behind it stay too."""
    in_flight: int = 0
    """Received by somebody else, so that they could not be looked at."""
    finished: Sequence[str] = ()
    """Ids of messages that a run sent and was ended before it deleted them: deleted, and not sent again."""
    uncertain: Sequence[str] = ()
    """Ids of messages asked for that may be in the target, because their run was killed: these stay."""
    unfit: Mapping[str, str] = field(default_factory=dict)
    """Ids of messages asked for that the target cannot take, each with the reason: these stay."""

    @property
    def oldest(self) -> datetime | None:
        """When the oldest message that was looked at was sent."""
        return min((message.sent for message in self.seen), default=None)

    @property
    def receives(self) -> Mapping[int, int]:
        """Number of receives before this look, to number of messages."""
        return dict(sorted(Counter(message.receives for message in self.seen).items()))


def make_plan(
    aws: Aws,
    route: Route,
    *,
    most: int = MOST_SEEN,
    match: str | None = None,
    kinds: Sequence[Kind] = (),
    only: str | None = None,
    journal: Journal | None = None,
    unwrap: bool = False,
    resend: bool = False,
    wait: int = 1,
) -> Plan:
    """Look at up to `most` messages and search the logs for why they failed.

    Each message is visible again when this returns. To look is to receive, so its receive count rises by one.
    That is harmless in a queue without a redrive policy of its own; a dead-letter queue that has one is not
    looked into, because its messages would be moved on. `only` keeps those whose reason contains the text.
    What the journal knows as sent is not promised, nor what may have been sent, unless `resend`, nor what
    the target cannot take.
    """
    queue = route.dead_letter
    if queue.dead_letter_arn:
        note = f"not looked into: {queue.name} has a redrive policy itself, and a look counts as a receive"
        return Plan(route, (), (), notes=(note,))
    seen = look(aws.client("sqs"), queue, most=most, wait=wait)
    reasons, notes = _reasons(aws, route, seen)
    if len(seen) >= most:
        notes = [*notes, f"looked at {most} messages and no more; what is behind them is not counted here"]
    journal = journal or Journal()
    ids = (
        None if only is None else {each for each, why in reasons.items() if only.casefold() in why.casefold()}
    )
    choice = Choice(route, Selection(match, kinds, ids), unwrap, journal, resend)
    rest = [message for message in seen if message.id not in journal.sent]
    goes = {form.id for form in choice.forms(rest)}
    by_kind: dict[Kind, list[Message]] = {}
    for message in seen:
        by_kind.setdefault(kind_of(message, route.origin), []).append(message)
    return Plan(
        route,
        seen,
        chosen=[message for message in rest if message.id in goes],
        reasons=reasons,
        notes=notes,
        kinds=by_kind,
        blocked=choice.blocked,
        in_flight=queue.in_flight,
        finished=[message.id for message in seen if message.id in journal.sent],
        uncertain=choice.uncertain,
        unfit=choice.refused,
    )


def look(sqs: "SQSClient", queue: Queue, *, most: int = MOST_SEEN, wait: int = 1) -> list[Message]:
    """Receive messages and make them visible again at once, also when interrupted.

    Of a FIFO queue, no more than the first ten of a group are seen: the others wait for them.
    """
    seen: dict[str, Message] = {}
    hidden_for = min(MOST_HIDDEN_SECONDS, 60 + queue.messages // 50)
    try:
        while len(seen) < most:
            batch = receive(sqs, queue, most=most - len(seen), hidden_for=hidden_for, wait=wait)
            if not {message.id for message in batch} - seen.keys():
                seen |= {message.id: message for message in batch}  # the latest receipts
                break
            seen |= {message.id: message for message in batch}
    finally:
        release(sqs, queue, list(seen.values()))
    return list(seen.values())


def _reasons(aws: Aws, route: Route, seen: Sequence[Message]) -> tuple[Mapping[str, str], Sequence[str]]:
    """Take what messages say themselves, and search the logs for the others.

    The logs are a help and not a need, so a refusal is noted and not raised.
    """
    stated = {each.id: said for each in seen if (said := stated_reason(each, kind_of(each, route.origin)))}
    others = [message for message in seen if message.id not in stated]
    if not others:
        return stated, ()
    origin = route.origin or next((each.origin for each in others if each.origin), route.target.arn)
    if origin.split(":")[2] != "sqs":
        return stated, ()
    try:
        logs = open_logs(aws, origin)
        found = logs.reasons(others)
    except (ClientError, BotoCoreError) as error:
        return stated, (f"reasons unknown, the logs cannot be read: {explain(error)}",)
    if not logs.groups:
        return stated, (f"reasons unknown: no function polls {origin.rsplit(':', 1)[1]}",)
    return {**found, **stated}, [
        f"the first {MOST_PAGES} pages of {group} were searched and no more: reasons may be missing"
        for group in logs.cut
    ]
