"""What a run of `wellmade redrive --execute` reports: for people, and for machines."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from wellmade.console import out
from wellmade.errors import WellmadeError
from wellmade.redrive.native import Task
from wellmade.redrive.outcome import Outcome
from wellmade.redrive.queues import Queue, Route, find_queue

HINT = "SQS ends its task at the first message that no queue gave up"

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def remaining_in(sqs: "SQSClient", queue: Queue) -> int | None:
    """Return roughly how many messages are left; None where nobody can say, as after a deletion."""
    try:
        return find_queue(sqs, queue.url).messages
    except (ClientError, BotoCoreError, WellmadeError):
        return None


def print_outcome(route: Route, outcome: Outcome, remaining: int | None) -> None:
    """Show what a replay did."""
    how = "Interrupted: moved" if outcome.interrupted else "Moved"
    left = "an unknown number" if remaining is None else f"about {remaining}"
    out.print(
        f"{how} {outcome.moved} to {route.target.name}; {left} remain in {route.dead_letter.name}",
        markup=False,
    )
    for line in _lines(outcome):
        out.print(line, markup=False)


def is_idle(outcome: Outcome, remaining: int | None) -> bool:
    """Tell whether a run did nothing though there was something: what a script must not take for done."""
    return not (outcome.moved or outcome.finished or outcome.fault) and bool(outcome.left or remaining)


def _lines(outcome: Outcome) -> Iterator[str]:
    if outcome.idle:
        yield "nothing was moved, so this ends with 1: without --execute you see what stays, and why"
    if outcome.finished:
        yield f"{outcome.finished} had been sent by a run that was ended: deleted here, not sent again"
    if outcome.left:
        yield f"{counted(outcome.left, 'stays', 'stay')}: not asked for, or failed again meanwhile"
    yield from _of_failures(outcome)
    if outcome.hidden:
        yield f"{counted(outcome.hidden, 'that stays becomes', 'that stay become')} visible within 15 minutes"
    if outcome.in_flight:
        yield in_flight_line(outcome.in_flight)
    if outcome.fault:
        yield f"ended early: {outcome.fault}"


def _of_failures(outcome: Outcome) -> Iterator[str]:
    for reason, number in Counter(outcome.failed.values()).most_common():
        yield f"{number} could not be sent and {'stays' if number == 1 else 'stay'}: {reason}"
    for group, first in outcome.blocked.items():
        yield f"group {group} stays from message {first} on: its order is kept"
    if outcome.doubled:
        were = counted(outcome.doubled, "was", "were")
        yield f"{were} sent and not surely deleted: the next run deletes what is here, and sends none again"
    if outcome.uncertain:
        stay = counted(len(outcome.uncertain), "stays", "stay")
        named = ", ".join(outcome.uncertain)
        yield (
            f"{stay} that may have been sent, for no clear answer came or the run was killed: {named}; "
            "look for them in the target, then --resend"
        )


def counted(number: int, one: str, many: str) -> str:
    """Return a number with the word that goes with it."""
    return f"{number} {one if number == 1 else many}"


def in_flight_line(number: int) -> str:
    """Say when messages that somebody received are back: SQS does not say, this tool hides for 15 minutes."""
    return (
        f"{counted(number, 'is', 'are')} in flight, received by somebody else or by a run that was killed: "
        "back within 15 minutes after a run of this command; --wait waits for them"
    )


def outcome_document(route: Route, outcome: Outcome, remaining: int | None) -> dict[str, Any]:
    """Return what a replay did as a document."""
    return {
        "dead_letter_queue": route.dead_letter.url,
        "target": route.target.url,
        "moved": outcome.moved,
        "failed": outcome.failed,
        "doubled": outcome.doubled,
        "finished": outcome.finished,
        "uncertain": outcome.uncertain,
        "blocked": outcome.blocked,
        "left": outcome.left,
        "hidden": outcome.hidden,
        "in_flight": outcome.in_flight,
        "remaining": remaining,
        "interrupted": outcome.interrupted,
        "nothing_moved": outcome.idle,
        "fault": outcome.fault,
    }


def print_task(route: Route, task: Task) -> None:
    """Show how a task of SQS ended."""
    why = f": {task.reason}" if task.reason else ""
    out.print(
        f"SQS moved about {task.moved} of {task.of} out of {route.dead_letter.name}: {task.status}{why}",
        markup=False,
    )
    if not task.complete:
        out.print(
            f"what is left goes without --native, which names each message that stays: {HINT}", markup=False
        )


def task_document(route: Route, task: Task) -> dict[str, Any]:
    """Return how a task of SQS ended as a document."""
    return {
        "dead_letter_queue": route.dead_letter.url,
        "status": task.status,
        "moved": task.moved,
        "of": task.of,
        "reason": task.reason,
    }
