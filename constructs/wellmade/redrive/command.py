"""`wellmade redrive`: look first, then send back."""

import argparse
from typing import TYPE_CHECKING

from rich.markup import escape

from wellmade.console import err, print_json
from wellmade.errors import WellmadeError
from wellmade.redrive.at_hand import cloud_at_hand, queue_named
from wellmade.redrive.aws import Connection, connect, one_line
from wellmade.redrive.deliveries import BATCH
from wellmade.redrive.journal import Journal, journal_folder
from wellmade.redrive.kinds import Kind
from wellmade.redrive.native import move
from wellmade.redrive.option_types import address, given, name, rate, whole
from wellmade.redrive.outcome_report import (
    is_idle,
    outcome_document,
    print_outcome,
    print_task,
    remaining_in,
    task_document,
)
from wellmade.redrive.plan import Plan, make_plan
from wellmade.redrive.policy import policy_for
from wellmade.redrive.queues import Route, find_route
from wellmade.redrive.rate_limiter import RateLimiter
from wellmade.redrive.replay import Replay
from wellmade.redrive.report import plan_document, print_plan
from wellmade.redrive.running import asked_to_stop, progress
from wellmade.redrive.selection import EVERYTHING, Selection
from wellmade.redrive.targets import Deliver, Place, deliver_to, deliver_to_queue

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

KINDS = [kind.value for kind in Kind]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `wellmade redrive`."""
    parser.epilog = (
        "Without --execute nothing is moved: it shows what failed, why, and what would be done.\n"
        "A look counts as a receive, which is harmless in a dead-letter queue.\n"
        "Exit code: 0 done or nothing to do, 1 some could not be moved or are in flight, or nothing was\n"
        "moved though messages are there, 2 wrong use, 130 interrupted."
    )
    parser.add_argument(
        "queue",
        metavar="QUEUE",
        type=name,
        help="URL, ARN or name of a dead-letter queue, or of a queue that has one; "
        "on the embedded AWS also its logical id or a beginning of it",
    )
    parser.add_argument(
        "--to",
        metavar="TARGET",
        type=name,
        help="where messages go: a queue, or the ARN of a topic, an event bus or a function; "
        "default: the queue they failed on, and only what failed there",
    )
    parser.add_argument("--execute", action="store_true", help="move the messages; default: only look")
    _add_choice(parser)
    _add_pace(parser)
    parser.add_argument("--unwrap", action="store_true", help="with --to: send what is in the envelopes")
    parser.add_argument(
        "--resend", action="store_true", help="send again what may have been sent when a run was killed"
    )
    parser.add_argument("--wait", action="store_true", help="wait for messages that are in flight")
    parser.add_argument("--policy", action="store_true", help="print the IAM policy that this needs")
    parser.add_argument(
        "--native", action="store_true", help="let SQS move everything (StartMessageMoveTask)"
    )
    parser.add_argument("--format", choices=["text", "json"], default="text", help="default: text")
    parser.add_argument(
        "--endpoint-url",
        metavar="URL",
        type=address,
        help="another AWS; default: the embedded AWS that runs in this folder, unless QUEUE or TARGET is a "
        "URL or ARN of an account, or the environment names an endpoint, a profile or credentials; else AWS",
    )


def _add_choice(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--match", metavar="TEXT", type=given, help="only messages with TEXT in the body or S3 object name"
    )
    parser.add_argument(
        "--only", metavar="REASON", type=given, help="only messages whose reason contains REASON"
    )
    parser.add_argument(
        "--kind", action="append", choices=KINDS, default=[], help="only messages of this kind; repeatable"
    )
    parser.add_argument("--limit", type=whole(1, 1_000_000), help="most messages to move; default: all")


def _add_pace(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--batch", type=whole(1, BATCH), default=BATCH, help="messages in one call, 1 to 10")
    parser.add_argument("--rate", type=rate, default=10.0, help="messages a second; default: 10")


def run(args: argparse.Namespace) -> int:
    """Look at a dead-letter queue or replay it, and return the exit code."""
    with one_line():
        _refuse_contradictions(args)
        _find_here(args)
        connection = connect(args.queue, args.endpoint_url)
        sqs: SQSClient = connection.client("sqs")
        with err.status(f"Asking for {escape(args.queue)} …"):
            route = find_route(sqs, args.queue, args.to)
        if args.policy:
            print_json(policy_for(connection, route, native=args.native))
            return 0
        if args.execute and args.native:
            return _move(sqs, route, args)
        if args.execute:
            return _execute(connection, route, args)
        plan = _look(connection, route, args)
    if args.format == "json":
        print_json(plan_document(plan, rate=args.rate, limit=args.limit))
    else:
        print_plan(plan, rate=args.rate, limit=args.limit, native=args.native)
    return 1 if plan.in_flight else 0


def _refuse_contradictions(args: argparse.Namespace) -> None:
    foreign = [kind for kind in args.kind if kind != Kind.OWN]
    if (foreign or args.unwrap) and args.to is None:
        option = f"--kind {foreign[0]}" if foreign else "--unwrap"
        raise WellmadeError(f"{option} must have a target, got none; name one with --to")
    choices = {"--match": args.match, "--only": args.only, "--kind": args.kind, "--limit": args.limit}
    more = {"--unwrap": args.unwrap, "--resend": args.resend, "--wait": args.wait}
    if args.native and (given := [name for name, value in (choices | more).items() if value]):
        raise WellmadeError(
            f"--native must stand without {', '.join(given)}: SQS moves all messages as they are; "
            "leave out one or the other"
        )


def _look(connection: Connection, route: Route, args: argparse.Namespace) -> Plan:
    with err.status(f"Looking into {route.dead_letter.name} …"):
        kinds = [Kind(kind) for kind in args.kind]
        journal = Journal.read(journal_folder(route.dead_letter.arn, connection.endpoint))
        return make_plan(
            connection,
            route,
            match=args.match,
            kinds=kinds,
            only=args.only,
            journal=journal,
            unwrap=args.unwrap,
            resend=args.resend,
        )


def _find_here(args: argparse.Namespace) -> None:
    """Take the embedded AWS of this folder where no other AWS is named, and say so."""
    cloud = cloud_at_hand(args.queue, args.endpoint_url, args.to)
    if cloud and args.endpoint_url is None:
        args.endpoint_url = cloud.endpoint
        err.print(f"wellmade: on the embedded AWS of this folder, {cloud.endpoint}", markup=False)
    args.queue = queue_named(cloud, args.queue)
    args.to = args.to and queue_named(cloud, args.to)


def _selection(connection: Connection, route: Route, args: argparse.Namespace) -> Selection:
    """Choose as the look does; reasons are known from a look alone, so `--only` takes one."""
    ids = None
    if args.only is not None:
        plan = _look(connection, route, args)
        for note in plan.notes:
            err.print(f"note: {note}", markup=False)
        chosen = {message.id for message in plan.chosen}
        ids = frozenset(chosen | {*plan.uncertain} | plan.unfit.keys())
    return Selection(args.match, tuple(Kind(kind) for kind in args.kind), ids)


def _execute(connection: Connection, route: Route, args: argparse.Namespace) -> int:
    sqs: SQSClient = connection.client("sqs")
    selection = _selection(connection, route, args)
    journal = Journal(journal_folder(route.dead_letter.arn, connection.endpoint))
    with asked_to_stop() as stop, progress(_total(route, selection, args.limit)) as report:
        outcome = Replay(
            sqs,
            route,
            RateLimiter(args.rate),
            batch=args.batch,
            limit=args.limit,
            selection=selection,
            unwrap=args.unwrap,
            deliver=_deliver(connection, route),
            journal=journal,
            resend=args.resend,
            wait_for_hidden=args.wait,
            stop=stop,
            report=report,
        ).run()
    remaining = None if outcome.silent else remaining_in(sqs, route.dead_letter)
    outcome.idle = is_idle(outcome, remaining)
    if args.format == "json":
        print_json(outcome_document(route, outcome, remaining))
    else:
        print_outcome(route, outcome, remaining)
    if outcome.interrupted:
        return 130
    return 0 if outcome.complete else 1


def _total(route: Route, selection: Selection, limit: int | None) -> str:
    """Say how many a run will move, as far as that is known without a look at each of them."""
    everything = route.origin is None and selection == EVERYTHING
    most = route.dead_letter.messages if selection.ids is None else len(selection.ids)
    return f"{'about' if everything else 'at most'} {min(most, limit or most)}"


def _deliver(connection: Connection, route: Route) -> Deliver:
    """Make each call once: what is retried without an answer may be in the target twice."""
    target = route.target
    if isinstance(target, Place):
        return deliver_to(connection.sender(target.service), target)
    return deliver_to_queue(connection.sender("sqs"), target.url, fifo=target.fifo)


def _move(sqs: "SQSClient", route: Route, args: argparse.Namespace) -> int:
    if isinstance(route.target, Place):
        raise WellmadeError(f"--native must go to a queue, got {route.target.name}; leave out --native")
    with asked_to_stop() as stop:
        task = move(sqs, route, rate=args.rate, named=args.to is not None, stop=stop)
    if args.format == "json":
        print_json(task_document(route, task))
    else:
        print_task(route, task)
    return 0 if task.complete else 1
