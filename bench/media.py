"""How many formats of videos are lost or made twice when tasks are killed and taken back at work.

Clips are sent into the inbox of the deployed stack `media`, a few at a time, as a quota of Fargate would let
through. Each becomes its formats by ffmpeg, in tasks that are real processes; at random moments one of these
is killed, or stopped as Fargate stops a task whose Spot capacity it takes back. Then every format of every
clip must be marked and kept once. Work that is redone is the share of tasks beyond one a format. The target
is 0 lost, 0 twice, at most 10 % redone.

    python -m bench.media [--clips 200] [--kills 25] [--seed 1]
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from bench.chaos import PATIENCE
from bench.cloud import cloud_for, deploy_reference
from stacks.media import FORMATS, MediaStack
from tests.clips import clip
from wellmade.local.server import LocalCloud

PROGRAM = "media_transcoder"
AT_ONCE = 3
"""Clips that are under way; each is a task a format."""
MOST_REDONE = 0.1


@dataclass
class Studio:
    """The deployed stack, and what was done to it."""

    cloud: LocalCloud
    outputs: Mapping[str, str]
    chance: random.Random
    done_to: Counter[str] = field(default_factory=Counter)

    def send(self, number: int, body: bytes) -> None:
        """Put a clip into the inbox."""
        bucket = self.outputs["InboxBucketName"]
        self.cloud.client("s3").put_object(Bucket=bucket, Key=f"incoming/{number:04}.mp4", Body=body)

    def under_way(self) -> int:
        """Return how many executions run."""
        states, arn = self.cloud.client("stepfunctions"), self.outputs["WorkflowArn"]
        return len(states.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"])

    def tasks(self) -> list[psutil.Process]:
        """Return the tasks' processes."""
        found = psutil.Process(self.cloud.pid).children(recursive=True)
        return [each for each in found if _is_task(each)]

    def end_one(self) -> bool:
        """Kill a task, or stop it as Fargate does; tell whether there was one."""
        running = self.tasks()
        if not running:
            return False
        process, how = self.chance.choice(running), self.chance.choice(["killed", "taken back"])
        try:
            # ECS sends SIGTERM for Spot, and kills what is still there after the stop timeout.
            process.kill() if how == "killed" else process.terminate()
        except psutil.NoSuchProcess:
            return False
        self.done_to[how] += 1
        return True


def _is_task(process: psutil.Process) -> bool:
    try:
        words = process.cmdline()
    except psutil.Error:
        return False
    return PROGRAM in words and process.status() != psutil.STATUS_ZOMBIE


@dataclass
class Outcome:
    """What came of it."""

    lost: int
    """Formats that are not marked as done, or not kept."""
    twice: int
    """Formats that are kept in two versions, and clips with two executions that did the work."""
    redone: float
    """Tasks beyond one a format, as a share."""
    failed: int
    """Executions that failed for good."""
    ended: Mapping[str, int]
    seconds: float


def make_at_work(studio: Studio, clips: int, kills: int) -> Outcome:
    """Send clips, end tasks at random, and account for every format."""
    began = time.monotonic()
    moments = sorted(studio.chance.sample(range(clips), min(kills, clips)))
    with tempfile.TemporaryDirectory() as folder:
        for number in range(clips):
            studio.send(number, clip(Path(folder), number=number, seconds=2))
            if number in moments:
                _end_soon(studio)
            _wait_for(lambda: studio.under_way() < AT_ONCE)
        while sum(studio.done_to.values()) < kills and studio.under_way():
            studio.end_one()
            time.sleep(0.3)
    _wait_for(lambda: not studio.under_way())
    return _account(studio, clips, time.monotonic() - began)


def _end_soon(studio: Studio) -> None:
    time.sleep(studio.chance.uniform(0.2, 1.5))
    _wait_for(studio.end_one)


def _wait_for(condition: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit("media: nothing moves any more")
        time.sleep(0.1)


def _account(studio: Studio, clips: int, seconds: float) -> Outcome:
    wanted = {(f"incoming/{number:04}.mp4", name) for number in range(clips) for name in FORMATS}
    marked = {
        (item["pk"]["S"], item["sk"]["S"].rpartition("/")[2]): item["result"]["S"]
        for item in _marks(studio)
        if item["status"]["S"] == "done"
    }
    kept = Counter(_versions(studio))
    lost = [each for each in wanted if each not in marked or not kept[marked[each]]]
    states, arn = studio.cloud.client("stepfunctions"), studio.outputs["WorkflowArn"]
    pages = states.get_paginator("list_executions").paginate(stateMachineArn=arn)
    executions = Counter(each["status"] for page in pages for each in page["executions"])
    twice = sum(number - 1 for number in kept.values()) + sum(executions.values()) - clips
    redone = _started(studio) / len(wanted) - 1
    return Outcome(len(lost), twice, redone, executions["FAILED"], dict(studio.done_to), seconds)


def _marks(studio: Studio) -> Iterator[dict[str, Any]]:
    pages = studio.cloud.client("dynamodb").get_paginator("scan")
    for page in pages.paginate(TableName=studio.outputs["MarksTableName"]):
        yield from page["Items"]


def _versions(studio: Studio) -> Iterator[str]:
    pages = studio.cloud.client("s3").get_paginator("list_object_versions")
    for page in pages.paginate(Bucket=studio.outputs["ResultsBucketName"]):
        yield from (each["Key"] for each in page.get("Versions", []))


def _started(studio: Studio) -> int:
    """Return how many tasks were started: each has a stream of its own in the log."""
    logs = studio.cloud.client("logs")
    [group] = [
        each["logGroupName"]
        for each in logs.describe_log_groups()["logGroups"]
        if "Transcoder" in each["logGroupName"]
    ]
    pages = logs.get_paginator("describe_log_streams").paginate(logGroupName=group)
    return sum(len(page["logStreams"]) for page in pages)


def main() -> int:
    """Run and print the figures; 1 when the target is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=int, default=200, help="default: 200")
    parser.add_argument("--kills", type=int, default=25, help="default: 25")
    parser.add_argument("--seed", type=int, default=1, help="of the random faults; default: 1")
    options = parser.parse_args()
    with cloud_for("media") as cloud, tempfile.TemporaryDirectory() as out:
        outputs = deploy_reference(cloud, Path(out), MediaStack, "media")
        studio = Studio(cloud, outputs, random.Random(options.seed))  # noqa: S311 - repeatable faults
        found = make_at_work(studio, options.clips, options.kills)
    print(f"{options.clips} clips in {len(FORMATS)} formats, tasks {found.ended}, {found.seconds:.0f} s")
    print(f"lost {found.lost}, twice {found.twice}, failed {found.failed}; {found.redone:.1%} of work redone")
    return int(bool(found.lost or found.twice or found.failed or found.redone > MOST_REDONE))


if __name__ == "__main__":
    sys.exit(main())
