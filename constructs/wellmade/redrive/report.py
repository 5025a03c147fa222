"""What a look of `wellmade redrive` reports: for people, and for machines."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from wellmade.console import out, print_table
from wellmade.redrive.kinds import Kind
from wellmade.redrive.message import Message, summary
from wellmade.redrive.outcome_report import in_flight_line
from wellmade.redrive.plan import Plan
from wellmade.redrive.reasons import group_of

ROWS = 20
"""Groups in the table; JSON has all."""

UNKNOWN = "not found in the logs"

LABELS = {
    Kind.OWN: "failed on this queue",
    Kind.OTHER_SOURCE: "failed on another queue",
    Kind.LAMBDA_DESTINATION: "envelopes of a function's on-failure destination",
    Kind.LAMBDA_EVENT: "events of asynchronous invocations",
    Kind.STREAM_POSITION: "positions in a stream, without its records",
    Kind.SNS: "deliveries of a topic",
    Kind.EVENTBRIDGE: "deliveries of EventBridge",
    Kind.SCHEDULER: "inputs of schedules",
    Kind.NO_SOURCE: "without a source: sent here by somebody",
}


def print_plan(plan: Plan, *, rate: float, limit: int | None = None) -> None:
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
    number = promised(plan, limit)
    out.print(
        f"--execute would send {_messages(number)} to {target.name} at {rate:g} a second, "
        f"in about {timedelta(seconds=math.ceil(number / rate))}. Nothing was moved.",
        markup=False,
    )


def _state(plan: Plan) -> Iterator[str]:
    queue = plan.route.dead_letter
    yield f"{queue.name}: about {_messages(queue.messages)}, {len(plan.seen)} looked at"
    if plan.oldest:
        receives = ", ".join(f"{number} received {times} times" for times, number in plan.receives.items())
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
        what = "" if goes else f"; stay, or go with --to and --kind {kind}"
        yield f"{len(messages)} {LABELS[kind]}, such as {messages[0].id}{what}"
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
        yield f"{len(plan.finished)} were sent by a run that was ended: --execute deletes them here"
    if plan.uncertain:
        yield (
            f"{len(plan.uncertain)} stay that may have been sent by a run that was killed: "
            f"{', '.join(plan.uncertain)}; look for them in the target, then --resend"
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
    return f"{number} message{'' if number == 1 else 's'}"


def _age(moment: datetime) -> timedelta:
    return timedelta(seconds=round((datetime.now(UTC) - moment).total_seconds()))
