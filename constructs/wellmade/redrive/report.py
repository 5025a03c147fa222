"""What `wellmade redrive` reports: for people, and for machines."""

import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from wellmade.console import out, print_table
from wellmade.redrive.message import Message, summary
from wellmade.redrive.plan import Plan
from wellmade.redrive.queues import Route
from wellmade.redrive.replay import Outcome

ROWS = 20
"""Samples in the table; JSON has all that were looked at."""

UNKNOWN = "not found in the logs"


def print_plan(plan: Plan, *, rate: float) -> None:
    """Show what lies in the queue, why it failed, and what `--execute` would do."""
    queue, target = plan.route.dead_letter, plan.route.target
    if not queue.messages:
        out.print(f"{queue.name} is empty: nothing to send back.", markup=False)
        return
    out.print(f"{queue.name}: about {_messages(queue.messages)}, {len(plan.seen)} looked at", markup=False)
    if plan.oldest:
        receives = ", ".join(f"{number} received {times} times" for times, number in plan.receives.items())
        out.print(f"oldest of these: sent {_age(plan.oldest)} ago; {receives}", markup=False)
    for note in plan.notes:
        out.print(f"note: {note}", markup=False)
    if plan.chosen:
        rows = [_row(plan, message) for message in plan.chosen[:ROWS]]
        print_table("What failed", ["message", "first received", "receives", "about", "reason"], rows)
        for reason, number in Counter(plan.reasons.values()).most_common():
            if number > 1:
                out.print(f"{number} with: {reason}", markup=False)
    if len(plan.chosen) < len(plan.seen):
        out.print(f"{len(plan.chosen)} of the {len(plan.seen)} looked at are asked for", markup=False)
    out.print(
        f"--execute would send {_amount(plan)} to {target.name} at {rate:g} a second, "
        f"in about {_duration(plan, rate)}. Nothing was moved.",
        markup=False,
    )


def plan_document(plan: Plan, *, rate: float) -> dict[str, Any]:
    """Return the look as a document."""
    return {
        "dead_letter_queue": plan.route.dead_letter.url,
        "target": plan.route.target.url,
        "messages": plan.route.dead_letter.messages,
        "looked_at": len(plan.seen),
        "asked_for": len(plan.chosen),
        "oldest_sent": plan.oldest,
        "receives": plan.receives,
        "samples": [
            {
                "message_id": message.id,
                "first_received": message.first_received,
                "receives": message.receives,
                "about": summary(message.body),
                "reason": plan.reasons.get(message.id),
            }
            for message in plan.chosen
        ],
        "notes": list(plan.notes),
        "rate": rate,
    }


def print_outcome(route: Route, outcome: Outcome, remaining: int) -> None:
    """Show what a replay did."""
    how = "Interrupted: moved" if outcome.interrupted else "Moved"
    where = f"to {route.target.name}; about {remaining} remain in {route.dead_letter.name}"
    out.print(f"{how} {outcome.moved} {where}", markup=False)
    if outcome.left:
        out.print(f"{outcome.left} stay: not asked for, or failed again meanwhile", markup=False)
    for reason, number in Counter(outcome.failed.values()).most_common():
        out.print(f"{number} could not be sent and stay: {reason}", markup=False)
    if outcome.doubled:
        out.print(
            f"{outcome.doubled} were sent and could not be deleted: they are in both queues", markup=False
        )
    if outcome.hidden:
        out.print(f"{outcome.hidden} that stay become visible within 15 minutes", markup=False)
    if outcome.fault:
        out.print(f"ended early: {outcome.fault}", markup=False)


def outcome_document(route: Route, outcome: Outcome, remaining: int) -> dict[str, Any]:
    """Return what a replay did as a document."""
    return {
        "dead_letter_queue": route.dead_letter.url,
        "target": route.target.url,
        "moved": outcome.moved,
        "failed": outcome.failed,
        "doubled": outcome.doubled,
        "left": outcome.left,
        "hidden": outcome.hidden,
        "remaining": remaining,
        "interrupted": outcome.interrupted,
        "fault": outcome.fault,
    }


def _row(plan: Plan, message: Message) -> tuple[object, ...]:
    when = message.first_received.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return message.id, when, message.receives, summary(message.body), plan.reasons.get(message.id, UNKNOWN)


def _amount(plan: Plan) -> str:
    everything = len(plan.seen) >= plan.route.dead_letter.messages
    if everything:
        return _messages(len(plan.chosen))
    if len(plan.chosen) == len(plan.seen):
        return f"about {_messages(plan.route.dead_letter.messages)}"
    return f"those of about {plan.route.dead_letter.messages} messages that are asked for"


def _duration(plan: Plan, rate: float) -> timedelta:
    return timedelta(seconds=math.ceil(plan.route.dead_letter.messages / rate))


def _messages(number: int) -> str:
    return f"{number} message{'' if number == 1 else 's'}"


def _age(moment: datetime) -> timedelta:
    return timedelta(seconds=round((datetime.now(UTC) - moment).total_seconds()))
