"""`wellmade redrive`: look first, then send back."""

import argparse
import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from wellmade.console import err, print_json
from wellmade.redrive.aws import connect, one_line
from wellmade.redrive.deliveries import BATCH
from wellmade.redrive.plan import make_plan
from wellmade.redrive.queues import Route, find_queue, find_route
from wellmade.redrive.replay import Outcome, RateLimiter, Replay
from wellmade.redrive.report import outcome_document, plan_document, print_outcome, print_plan

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LOOK = 20
"""How many messages a dry run looks at, by default."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `wellmade redrive`."""
    parser.epilog = (
        "Without --execute nothing is moved: it shows what failed, why, and what would be done.\n"
        "A look counts as a receive, which is harmless in a dead-letter queue.\n"
        "Exit code: 0 done or nothing to do, 1 some could not be moved, 2 wrong use, 130 interrupted."
    )
    parser.add_argument(
        "queue", metavar="QUEUE", help="URL, ARN or name of a dead-letter queue, or of a queue that has one"
    )
    parser.add_argument("--to", metavar="QUEUE", help="where messages go; default: the queue they failed on")
    parser.add_argument("--execute", action="store_true", help="move the messages; default: only look")
    parser.add_argument("--batch", type=_whole(1, BATCH), default=BATCH, help="messages in one call, 1 to 10")
    parser.add_argument("--rate", type=_rate, default=10.0, help="messages a second; default: 10")
    parser.add_argument(
        "--limit",
        type=_whole(1, 1_000_000),
        help=f"most messages to move, or to look at; default: all, or {LOOK} in a look",
    )
    parser.add_argument(
        "--match", metavar="TEXT", help="only messages with TEXT in the body or S3 object name"
    )
    parser.add_argument("--format", choices=["text", "json"], default="text", help="default: text")
    parser.add_argument(
        "--endpoint-url", metavar="URL", help="another AWS, such as that of `wellmade local up`"
    )


def run(args: argparse.Namespace) -> int:
    """Look at a dead-letter queue or replay it, and return the exit code."""
    with one_line():
        connection = connect(args.queue, args.endpoint_url)
        sqs: SQSClient = connection.client("sqs")
        route = find_route(sqs, args.queue, args.to)
        if args.execute:
            return _execute(sqs, route, args)
        with err.status(f"Looking into {route.dead_letter.name} …"):
            plan = make_plan(connection, route, most=args.limit or LOOK, match=args.match)
    if args.format == "json":
        print_json(plan_document(plan, rate=args.rate))
    else:
        print_plan(plan, rate=args.rate)
    return 0


def _execute(sqs: "SQSClient", route: Route, args: argparse.Namespace) -> int:
    with _asked_to_stop() as stop, _progress(route.dead_letter.messages) as report:
        outcome = Replay(
            sqs,
            route,
            RateLimiter(args.rate),
            batch=args.batch,
            limit=args.limit,
            match=args.match,
            stop=stop,
            report=report,
        ).run()
    remaining = find_queue(sqs, route.dead_letter.url).messages
    if args.format == "json":
        print_json(outcome_document(route, outcome, remaining))
    else:
        print_outcome(route, outcome, remaining)
    if outcome.interrupted:
        return 130
    return 0 if outcome.complete else 1


@contextmanager
def _asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Let the first Ctrl-C, or a polite kill, end the run between two batches, and a second one at once."""
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _progress(messages: int) -> Iterator[Callable[[Outcome], None]]:
    """Show how far the run is: one line that changes on a terminal, a line every five seconds in a pipe."""
    said_at = time.monotonic()
    with err.status("Moving …") as status:

        def report(outcome: Outcome) -> None:
            nonlocal said_at
            line = f"Moved {outcome.moved} of about {messages}, {len(outcome.failed)} failed"
            status.update(line)
            if not err.is_terminal and time.monotonic() - said_at >= 5:
                said_at = time.monotonic()
                err.print(line)

        yield report


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"must be a whole number from {low} to {high}, got {text}")
        return int(text)

    return parse


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not 0 < rate <= 3000:
        raise argparse.ArgumentTypeError(f"must be above 0 and at most 3000 messages a second, got {text}")
    return rate
