"""Faults while work is done: function processes that are killed, messages that come back, contradictions."""

import argparse
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from wellmade.local.server import LocalCloud
from wellmade.local.state import log_file
from wellmade.redrive.queues import find_route
from wellmade.redrive.rate_limiter import RateLimiter
from wellmade.redrive.replay import Replay

Work = TypeVar("Work")
CONTRADICTED = 49
"""Of so many pieces of work one is contradicted; not 50, which would all be of one user or group."""
PATIENCE = 840
"""Seconds for the whole of the work; after that what is missing counts as lost."""


@dataclass(frozen=True)
class Options:
    """How much work, and how much of it goes wrong."""

    count: int
    kills: int
    calls: float
    """Share of the functions' calls that are throttled, or done and never answered."""
    chance: random.Random


def options(text: str | None, *, count: int = 2000, calls: int = 5, work: str = "count") -> Options:
    """Read what the command line says; `work` is what the pieces of work are called there."""
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        f"--{work}", dest="count", type=_count, default=count, help=f"pieces of work; default: {count}"
    )
    parser.add_argument("--kills", type=_count, default=25, help="most processes to kill; default: 25")
    parser.add_argument(
        "--calls",
        type=_count,
        default=calls,
        help=f"percent of the functions' calls that go wrong; default: {calls}",
    )
    parser.add_argument("--seed", type=int, default=1, help="of the random faults; default: 1")
    given = parser.parse_args()
    chance = random.Random(given.seed)  # noqa: S311 - repeatable faults
    return Options(given.count, given.kills, given.calls / 100, chance)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a whole number, got {text}")
    return int(text)


def kill_one(server: int, chance: random.Random) -> int:
    """Kill one child of our own server, which are the functions' processes; return how many that were."""
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = [line.split() for line in listing.stdout.splitlines()]
    workers = [int(pid) for pid, parent in pairs if int(parent) == server]
    if not workers:
        return 0
    try:
        os.kill(chance.choice(workers), signal.SIGKILL)
    except ProcessLookupError:  # it has just ended by itself
        return 0
    return 1


@contextmanager
def killing(cloud: LocalCloud, faults: Options) -> Iterator[list[int]]:
    """Kill processes now and then while the block runs; the list holds how many."""
    over, killed = threading.Event(), [0]

    def kill() -> None:
        while killed[0] < faults.kills and not over.wait(faults.chance.uniform(0.5, 2.0)):
            killed[0] += kill_one(cloud.pid, faults.chance)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


def contradictions(
    work: Sequence[Work], contradicting: Callable[[Work], Work], chance: random.Random
) -> list[tuple[Work, Work]]:
    """Return pairs of one identity and other contents: one of every so many pieces, and what contradicts it.

    Of half of them the piece itself comes first. Where they come one after the other the second is refused;
    where both are worked on at once, either of them is.
    """
    pairs = [(one, contradicting(one)) for one in work[::CONTRADICTED]]
    return [pair if chance.random() < 0.5 else (pair[1], pair[0]) for pair in pairs]


def uncontradicted(work: Sequence[Work], pairs: Iterable[tuple[Work, Work]]) -> list[Work]:
    """Return the pieces of work that nothing contradicts, in their order."""
    contradicted = [one for pair in pairs for one in pair]
    return [one for one in work if one not in contradicted]


def mixed(pairs: Iterable[tuple[Work, Work]], is_kept: Callable[[Work], bool]) -> int:
    """Count the pairs of which something else than one is kept: both, neither, or something of each."""
    return sum(sum(map(is_kept, pair)) != 1 for pair in pairs)


def failed_calls(cloud: LocalCloud) -> str:
    """Say how many calls of functions went wrong on purpose."""
    log = log_file(cloud.state_dir).read_text()
    return f"{log.count('throttled a call of')} calls throttled, {log.count('lost the answer to')} unanswered"


def wait_until(done: Callable[[], bool], progress: Callable[[], str]) -> None:
    """Wait for the end of the work or of our patience, and say every 5 seconds how far it is."""
    deadline, said = time.monotonic() + PATIENCE, time.monotonic()
    while not done() and time.monotonic() < deadline:
        time.sleep(0.5)
        if time.monotonic() - said > 5:
            said = time.monotonic()
            print(f"  {progress()}", flush=True)


def depth(cloud: LocalCloud, url: str) -> int:
    """Return how many messages a queue holds, those in work included."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(value) for value in found.values())


def redrive(cloud: LocalCloud, dead_letters: str) -> int:
    """Send back what used up its receives; return how many messages that were."""
    if not depth(cloud, dead_letters):
        return 0
    sqs = cloud.client("sqs")
    return Replay(sqs, find_route(sqs, dead_letters, None), RateLimiter(500)).run().moved


def items(cloud: LocalCloud, table: str) -> dict[str, dict[str, Any]]:
    """Return the items of a table by their partition key."""
    pages = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    return {item["pk"]["S"]: item for item in pages.search("Items[]")}


def in_batches(entries: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Yield the entries so many at a time."""
    for start in range(0, len(entries), size):
        yield entries[start : start + size]
