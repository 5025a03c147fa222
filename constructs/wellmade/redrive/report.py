"""What a look of `wellmade redrive` reports: for people, and for machines."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from wellmade.console import out, print_table
from wellmade.redrive.kinds import Kind
from wellmade.redrive.message import Message, summary
from wellmade.redrive.outcome_report import counted, in_flight_line
from wellmade.redrive.plan import Plan
from wellmade.redrive.reasons import group_of

_LONG_SECONDS = 3600
ROWS = 20
"""Groups in the table; JSON has all."""

UNKNOWN = "not found in the logs"

LABELS = {
    Kind.OWN: ("failed on this queue",) * 2,
    Kind.OTHER_SOURCE: ("failed on another queue",) * 2,
    Kind.LAMBDA_DESTINATION: (
        "envelope of a function's on-failure destination",
        "envelopes of a function's on-failure destination",
    ),
    Kind.LAMBDA_EVENT: ("event of an asynchronous invocation", "events of asynchronous invocations"),
    Kind.STREAM_POSITION: (
        "position in a stream, without its records",
        "positions in a stream, without its records",
    ),
    Kind.SNS: ("delivery of a topic", "deliveries of a topic"),
    Kind.EVENTBRIDGE: ("delivery of EventBridge", "deliveries of EventBridge"),
    Kind.SCHEDULER: ("input of a schedule", "inputs of schedules"),
    Kind.NO_SOURCE: ("without a source: sent here by somebody",) * 2,
}
"""What one of a kind is called, and what several are."""


def print_plan(plan: Plan, *, rate: float, limit: int | None = None, native: bool = False) -> None:
    """Show what lies in the queue, why it failed, and what `--execute` would do."""
    queue, target = plan.route.dead_letter, plan.route.target
    if not queue.messages:
        out.print(f"{queue.name} is empty: nothing to send back.", markup=False)
        return
    for line in _state(plan):
        out.print(line, markup=False)
    rows = [
        (len(group), group[0].id, group[0].receives, summary(group[0].body), reason)
        for reason, group in groups(plan).items()
    ]
    if rows:
        columns = ["messages", "for example", "receives", "about", "reason"]
        print_table("Why they failed", columns, rows[:ROWS])
    if native:
        out.print(_of_native(plan), markup=False)
        return
    number = promised(plan, limit)
    seconds = math.ceil(number / rate)
    out.print(
        f"--execute would send {_messages(number)} to {target.name} at {rate:g} a second, "
        f"in about {timedelta(seconds=seconds)}. Nothing was moved.",
        markup=False,
    )
    if seconds > _LONG_SECONDS:
        out.print("That is long: --rate raises it to 3000, and --native lets SQS move all of them.")


def _of_native(plan: Plan) -> str:
    """Say what SQS would do by itself: it chooses nothing, and ends at what no queue gave up."""
    foreign = [message for message in plan.seen if not message.origin]
    text = f"--native --execute would let SQS move all {_messages(plan.route.dead_letter.messages)}"
    if foreign:
        text += f"; it fails at {_messages(len(foreign))} that no queue gave up, such as {foreign[0].id}"
    return f"{text}. Nothing was moved."


def _state(plan: Plan) -> Iterator[str]:
    queue = plan.route.dead_letter
    yield f"{queue.name}: about {_messages(queue.messages)}, {len(plan.seen)} looked at"
    if plan.oldest:
        receives = ", ".join(
            f"{number} received {counted(times, 'time', 'times')}" for times, number in plan.receives.items()
        )
        yield f"oldest of these: sent {_age(plan.oldest)} ago; {receives}"
    for note in plan.notes:
        yield f"note: {note}"
    if plan.in_flight:
        yield in_flight_line(plan.in_flight)
    yield from _of_earlier_runs(plan)
    for kind, messages in plan.kinds.items():
        if kind is Kind.OWN:
            continue
        goes = len({message.id for message in messages} & {message.id for message in plan.chosen})
        stay = "stays, or goes" if len(messages) == 1 else "stay, or go"
        how = f"redrive {queue.name} --to TARGET --kind {kind}"  # of a source only its own messages go
        what = "" if goes else f"; {stay} with: {how}"
        yield f"{counted(len(messages), *LABELS[kind])}, such as {messages[0].id}{what}"
    for why, some in unfit(plan).items():
        yield f"{len(some)} cannot go to {plan.route.target.name}, such as {some[0]}: {why}"
    for group, first in plan.blocked.items():
        yield f"group {group} stays from message {first} on: that one stays, and all behind it wait"
    if queue.fifo:
        yield "of each group the first messages were seen; those behind them go in their order"
    if len(plan.chosen) < len(plan.seen):
        yield f"{len(plan.chosen)} of the {len(plan.seen)} looked at would go"


def _of_earlier_runs(plan: Plan) -> Iterator[str]:
    if plan.finished:
        many = counted(len(plan.finished), "was", "were")
        yield f"{many} sent by a run that was ended: --execute deletes it here, and does not send it again"
    if plan.uncertain:
        stay = counted(len(plan.uncertain), "stays", "stay")
        yield (
            f"{stay} that may have been sent by a run that was killed: {', '.join(plan.uncertain)}; "
            "look for them in the target, then --resend"
        )


def groups(plan: Plan) -> Mapping[str, Sequence[Message]]:
    """Return the chosen messages by the reason that they have in common, the largest group first."""
    found: dict[str, list[Message]] = {}
    for message in plan.chosen:
        found.setdefault(group_of(plan.reasons.get(message.id, UNKNOWN)), []).append(message)
    largest = sorted(found.values(), key=len, reverse=True)
    return {plan.reasons.get(group[0].id, UNKNOWN): group for group in largest}


def unfit(plan: Plan) -> Mapping[str, Sequence[str]]:
    """Return the ids of messages that the target cannot take, by the reason."""
    found: dict[str, list[str]] = {}
    for each, why in plan.unfit.items():
        found.setdefault(why, []).append(each)
    return found


def promised(plan: Plan, limit: int | None) -> int:
    """Return how many messages a run would move, of those that were seen."""
    return min(len(plan.chosen), limit or len(plan.chosen))


def plan_document(plan: Plan, *, rate: float, limit: int | None = None) -> dict[str, Any]:
    """Return the look as a document."""
    return {
        "dead_letter_queue": plan.route.dead_letter.url,
        "target": plan.route.target.url,
        "messages": plan.route.dead_letter.messages,
        "in_flight": plan.in_flight,
        "looked_at": len(plan.seen),
        "would_move": promised(plan, limit),
        "kinds": {kind.value: len(messages) for kind, messages in plan.kinds.items()},
        "blocked": dict(plan.blocked),
        "finished": list(plan.finished),
        "uncertain": list(plan.uncertain),
        "unfit": dict(plan.unfit),
        "oldest_sent": plan.oldest,
        "receives": plan.receives,
        "reasons": [
            {"reason": reason, "messages": len(group), "sample": _sample(plan, group[0])}
            for reason, group in groups(plan).items()
        ],
        "samples": [_sample(plan, message) for message in plan.chosen],
        "notes": list(plan.notes),
        "rate": rate,
    }


def _sample(plan: Plan, message: Message) -> dict[str, Any]:
    return {
        "message_id": message.id,
        "first_received": message.first_received,
        "receives": message.receives,
        "about": summary(message.body),
        "reason": plan.reasons.get(message.id),
    }


def _messages(number: int) -> str:
    return counted(number, "message", "messages")


def _age(moment: datetime) -> timedelta:
    return timedelta(seconds=round((datetime.now(UTC) - moment).total_seconds()))
