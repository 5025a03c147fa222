"""`wellmade local drive`: send real files or messages into a deployed app and follow them to the end."""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from wellmade.console import err, out, print_json, print_table
from wellmade.errors import WellmadeError
from wellmade.local.activity import FunctionState, QueueState, State, Watch, wait_until_quiet
from wellmade.local.deployed import deployed
from wellmade.local.here import the_cloud
from wellmade.local.sending import sending
from wellmade.local.server import LocalCloud
from wellmade.patience import SILENCE


@dataclass(frozen=True)
class Drive:
    """What was sent and what became of it; counts are of this drive alone."""

    sent: int
    seconds: float
    quiet: bool
    """Whether everything came to rest in time."""
    queues: Sequence[QueueState]
    set_aside: dict[str, int]
    """Messages that arrived in each dead-letter queue during the drive."""
    functions: Sequence[FunctionState]
    alarms: Sequence[tuple[str, str]]

    @property
    def complete(self) -> bool:
        """Whether everything came to rest and nothing is in a dead-letter queue."""
        return self.quiet and not any(self.set_aside.values())


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `wellmade local drive`."""
    parser.epilog = "Exit code: 0 all quiet and no dead letters, 1 otherwise, 2 wrong use, 130 interrupted."
    parser.add_argument(
        "target",
        metavar="TARGET",
        help="s3://BUCKET/PREFIX/ for files, or sqs:QUEUE for messages; by name, logical id or its beginning",
    )
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="*",
        type=Path,
        help="files to upload; for a queue, each line is a message (default: standard input)",
    )
    parser.add_argument(
        "--timeout", type=_seconds, default=120.0, help="longest wait in seconds; default: 120"
    )
    parser.add_argument("--format", choices=["text", "json"], default="text", help="default: text")


def run(args: argparse.Namespace) -> int:
    """Drive the app that is deployed in this folder's cloud, print the report, return the exit code."""
    cloud = the_cloud()
    with _progress() as report:
        result = drive(cloud, args.target, args.files, seconds=args.timeout, report=report)
    if args.format == "json":
        print_json(asdict(result) | {"complete": result.complete})
    else:
        _print(result)
    return 0 if result.complete else 1


def drive(
    cloud: LocalCloud,
    target: str,
    files: Sequence[Path],
    *,
    seconds: float,
    report: Callable[[str], None] = lambda _line: None,
) -> Drive:
    """Send the files, or their lines, and wait until the deployed stacks are quiet.

    Args:
        cloud: Where the app is deployed.
        target: `s3://BUCKET/PREFIX/` or `sqs:QUEUE`.
        files: What to send; none, for a queue, means standard input.
        seconds: Longest wait.
        report: Receives a line of progress at each look.

    Raises:
        WellmadeError: If the target or a file does not exist, or the embedded AWS stopped answering.
    """
    try:
        return _drive(cloud, target, files, seconds, report)
    except (BotoCoreError, ClientError) as error:
        raise WellmadeError(f"{target}: {' '.join(str(error).split())}") from error


def _drive(
    cloud: LocalCloud, target: str, files: Sequence[Path], seconds: float, report: Callable[[str], None]
) -> Drive:
    resources = deployed(cloud)
    send = sending(cloud, resources, target, files)
    watch = Watch(cloud, resources)
    before, began = watch.state(), time.monotonic()
    sent = 0
    for sent in send:
        report(f"{sent} sent")
    after, quiet = wait_until_quiet(
        watch.state, seconds=seconds, report=lambda state: report(f"{sent} sent; {state.line()}")
    )
    return Drive(
        sent=sent,
        seconds=round(time.monotonic() - began, 1),
        quiet=quiet,
        queues=after.queues,
        set_aside=_set_aside(before, after),
        functions=_difference(before, after),
        alarms=watch.alarms(),
    )


def _set_aside(before: State, after: State) -> dict[str, int]:
    was = {queue.name: queue.waiting + queue.in_flight for queue in before.queues}
    return {
        queue.name: queue.waiting + queue.in_flight - was.get(queue.name, 0)
        for queue in after.queues
        if queue.dead_letter
    }


def _difference(before: State, after: State) -> list[FunctionState]:
    was = {function.name: function for function in before.functions}
    return [
        replace(
            function,
            invocations=function.invocations - was[function.name].invocations,
            errors=function.errors - was[function.name].errors,
        )
        for function in after.functions
    ]


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Show a line that changes on a terminal; in a pipe at most one a second, the same one now and then."""
    last, said_at = "", 0.0
    with err.status("Sending …") as status:

        def report(line: str) -> None:
            nonlocal last, said_at
            status.update(line)
            silent = time.monotonic() - said_at
            if not err.is_terminal and silent >= (1 if line != last else SILENCE):
                last, said_at = line, time.monotonic()
                err.print(line, markup=False)

        yield report


def _print(result: Drive) -> None:
    out.print(f"{result.sent} sent; {'quiet' if result.quiet else 'still busy'} after {result.seconds} s")
    print_table(
        "Queues",
        ["queue", "waiting", "in flight", "dead letters now", ""],
        [
            (queue.name, queue.waiting, queue.in_flight, result.set_aside.get(queue.name, ""), _role(queue))
            for queue in result.queues
        ],
    )
    rows = [(function.name, function.invocations, function.errors) for function in result.functions]
    print_table("Functions", ["function", "invocations", "errors"], rows)
    for name, reason in result.alarms:
        out.print(f"ALARM {name}: {reason}", markup=False)


def _role(queue: QueueState) -> str:
    if queue.dead_letter:
        return "dead-letter queue"
    return "" if queue.polled else "no function polls it"


def _seconds(text: str) -> float:
    if not text.isdecimal() or not 1 <= int(text) <= 3600:
        raise argparse.ArgumentTypeError(f"must be whole seconds from 1 to 3600, got {text}")
    return float(text)
