"""How many messages `wellmade redrive` loses, doubles or sends astray, with kills and two operators.

Messages of a source, of another one, and of other services lie in one dead-letter queue. Operators send back
what failed on the source; they are killed (SIGKILL) at random moments after they have begun to send, as their
journals show, and one follows the other at once. Then each message is looked for in every queue. The target
is 0, 0 and 0; what may have been sent when an operator was killed is named by the tool, stays, and is counted
apart.

    python -m bench.redrive_faults [--messages 2000] [--kills 25] [--seed 1] [--operators 2]
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.chaos import in_batches
from bench.cloud import cloud_for
from wellmade.local.server import LocalCloud

HIDDEN_SECONDS = 5
"""For so long messages of a killed run are in flight here, instead of 15 minutes."""

_MOST_SECONDS = 60.0
"""In which a run begins to send; a busy machine starts it slowly."""

_MOST_ROUNDS = 10
"""Rounds for each kill that is wanted, before it is given up."""

COMMAND = f"""
import sys
from wellmade.redrive import replay
from wellmade.cli import main
replay.HIDDEN_SECONDS = {HIDDEN_SECONDS}
sys.exit(main(sys.argv[1:]))
"""


@dataclass
class Found:
    """What came of it."""

    lost: int = 0
    """In no queue."""
    doubled: int = 0
    """In the target more than once."""
    astray: int = 0
    """In a queue that it did not come from."""
    uncertain: int = 0
    """Stayed, and named by the tool as what may have been sent."""
    unnamed: int = 0
    """Stayed without being named."""
    kills: int = 0
    """Of runs that had begun to send."""
    open: int = 0
    """Of these, in the middle of a call: something was sent and not settled."""
    early: int = 0
    """Kills of runs that had sent nothing yet, which prove nothing."""
    exits: Counter[int] = field(default_factory=Counter)


@dataclass
class Scene:
    """A source, another one, and the dead-letter queue that both use."""

    cloud: LocalCloud
    state: Path
    name: str = "orders"
    suffix: str = ""

    def __post_init__(self) -> None:
        fifo = {"FifoQueue": "true"} if self.suffix else {}
        self.sqs = self.cloud.client("sqs")
        self.dead = self._queue(f"{self.name}-dlq", fifo)
        arn = self.sqs.get_queue_attributes(QueueUrl=self.dead, AttributeNames=["QueueArn"])["Attributes"]
        policy = json.dumps({"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": 1})
        self.source, self.other = (
            self._queue(name, fifo | {"RedrivePolicy": policy, "VisibilityTimeout": "0"})
            for name in (self.name, f"{self.name}-other")
        )

    def _queue(self, name: str, attributes: dict[str, str]) -> str:
        return str(self.sqs.create_queue(QueueName=name + self.suffix, Attributes=attributes)["QueueUrl"])

    def fail(self, url: str, bodies: Sequence[str]) -> None:
        """Let messages fail on a queue: one receive each, and they are moved."""
        self.put(url, bodies)
        empty = 0
        while empty < 2:
            answer = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            empty = 0 if answer.get("Messages") else empty + 1

    def put(self, url: str, bodies: Sequence[str]) -> None:
        """Send messages; of a FIFO queue in groups of ten in turn."""
        for number, body in enumerate(bodies) if self.suffix else ():
            self.sqs.send_message(
                QueueUrl=url,
                MessageBody=body,
                MessageGroupId=f"group {number % 10}",
                MessageDeduplicationId=f"id of {body}",
            )
        for batch in in_batches(() if self.suffix else bodies, 10):
            entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(batch)]
            self.sqs.send_message_batch(QueueUrl=url, Entries=entries)

    def operator(self, *more: str) -> "subprocess.Popen[str]":
        """Start a run of the command, as a person does."""
        queue = f"{self.name}{self.suffix}"
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, "redrive", queue, "--execute", "--format", "json", *more],
            env=self.cloud.environment() | {"XDG_STATE_HOME": str(self.state)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def left_by(self, pid: int) -> tuple[bool, bool]:
        """Tell whether a killed run had begun to send, and whether it was in the middle of a call."""
        open_ids: set[str] = set()
        begun = False
        for file in self.state.glob(f"wellmade/redrive/*/*-{pid}.log"):
            for line in file.read_text().splitlines():
                what, _, *ids = line.split()
                begun = True
                (open_ids.difference_update if what == "settled" else open_ids.update)(ids)
        return begun, bool(open_ids)

    def bodies(self, url: str) -> Counter[str]:
        """Take everything out of a queue."""
        found: Counter[str] = Counter()
        while messages := self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=900
        ).get("Messages"):
            found.update(message["Body"] for message in messages)
            entries = [
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                for number, message in enumerate(messages)
            ]
            self.sqs.delete_message_batch(QueueUrl=url, Entries=entries)
        return found


def drive(
    scene: Scene, messages: int, kills: int, chance: random.Random, operators: int = 2, rate: int = 200
) -> Found:
    """Send back under kills until nothing is left that the tool would send, and account for each message."""
    own = [f"order {number}" for number in range(messages)]
    others = [f"invoice {number}" for number in range(messages // 10)]
    foreign = [f"somebody's {number}" for number in range(messages // 10)]
    scene.fail(scene.source, own)
    scene.fail(scene.other, others)
    scene.put(scene.dead, foreign)
    found = Found()
    for _ in range(_MOST_ROUNDS * kills):
        if found.kills >= kills:
            break
        runs = [scene.operator("--rate", str(rate)) for _ in range(operators)]
        for run in runs:
            _end(scene, run, found, chance.uniform(0.0, 2.0))
    document = _last_runs(scene, found)
    found.uncertain = len(document["uncertain"])
    _account(scene, found, own, others + foreign)
    return found


def _end(scene: Scene, run: "subprocess.Popen[str]", found: Found, seconds: float) -> None:
    """Kill a run so long after it has begun to send, if it has not ended by itself."""
    latest = time.monotonic() + _MOST_SECONDS
    while run.poll() is None and not scene.left_by(run.pid)[0] and time.monotonic() < latest:
        time.sleep(0.05)
    try:
        run.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        run.kill()
        run.communicate()
        begun, unsettled = scene.left_by(run.pid)
        found.kills += begun
        found.open += unsettled
        found.early += not begun
    found.exits[run.returncode] += 1


def _last_runs(scene: Scene, found: Found) -> dict[str, Any]:
    """Run to the end, waiting for what is in flight, until a run moves nothing any more."""
    for _ in range(10):
        run = scene.operator("--rate", "3000", "--wait")
        answer = run.communicate(timeout=600)[0]
        found.exits[run.returncode] += 1
        document: dict[str, Any] = json.loads(answer)
        if not document["moved"] and not document["finished"] and not document["in_flight"]:
            return document
    return document


def _account(scene: Scene, found: Found, own: Sequence[str], others: Sequence[str]) -> None:
    there, elsewhere, here = (scene.bodies(url) for url in (scene.source, scene.other, scene.dead))
    for body in own:
        found.lost += not there[body] and not here[body]
        found.doubled += there[body] > 1
        found.unnamed += here[body] > 0
    found.unnamed -= found.uncertain
    found.lost += sum(not here[body] for body in others)
    found.astray = elsewhere.total() + sum(there[body] for body in others)


def main() -> int:
    """Run and print the figures; 1 when a message is lost, doubled or sent astray."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, default in (("messages", 2000), ("kills", 25), ("seed", 1), ("operators", 2)):
        parser.add_argument(f"--{name}", type=int, default=default, help=f"default: {default}")
    given = parser.parse_args()
    bad = 0
    rate = max(1, given.messages // max(1, 3 * given.kills))  # so that kills meet messages to send to the end
    for suffix, kind in (("", "standard"), (".fifo", "FIFO")):
        with cloud_for("redrive") as cloud, tempfile.TemporaryDirectory() as state:
            chance = random.Random(given.seed)  # noqa: S311 - repeatable faults
            scene = Scene(cloud, Path(state), suffix=suffix)
            found = drive(scene, given.messages, given.kills, chance, given.operators, rate)
            exits = ", ".join(f"{times} with {code}" for code, times in sorted(found.exits.items()))
            print(
                f"{kind}: {given.messages} messages, {found.kills} runs killed while they sent "
                f"({found.open} in the middle of a call), {found.early} before; runs ended: {exits}"
            )
            print(f"lost: {found.lost}   doubled: {found.doubled}   sent astray: {found.astray}")
            print(
                f"may have been sent, and named: {found.uncertain}; stayed unnamed: {found.unnamed}",
                flush=True,
            )
            bad += found.lost + found.doubled + found.astray + abs(found.unnamed)
            bad += found.kills < given.kills
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
