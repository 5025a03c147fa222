"""Deploy the file pipeline to an embedded AWS, send files of every kind through it, account for each."""

import argparse
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError

from demo import screen
from demo.alarm_path import AlarmPath
from demo.audit import audit
from demo.follow import Follower
from demo.pipeline import ROOT, STACK, Pipeline, deploy_pipeline
from demo.samples import samples
from wellmade.console import err, out
from wellmade.errors import WellmadeError
from wellmade.local.server import LocalCloud, start
from wellmade.local.shown import faster
from wellmade.local.state import log_file
from wellmade.local.waiting import told
from wellmade.redrive.report import print_plan

PATIENCE = 120
"""Seconds from the first upload to the last thing to happen; it takes about 10, most of it waiting."""
FAST = 6
"""How many times shorter than on AWS a message waits to be received again."""


def main() -> int:
    """Run the demonstration: 0 when everything is accounted for, 1 when not, 130 when interrupted."""
    argparse.ArgumentParser(prog="python -m demo", description=__doc__).parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    os.chdir(ROOT)
    began = time.monotonic()
    try:
        with _cloud() as cloud:
            problems = _demonstrate(cloud)
    except KeyboardInterrupt:
        err.print("\nInterrupted. The embedded AWS and everything it ran are stopped.")
        return 130
    except WellmadeError as error:
        err.print(f"demo: {error}", markup=False)
        return error.exit_code
    except OSError as error:
        err.print(f"demo: {error}", markup=False)
        return 1
    except (BotoCoreError, ClientError) as error:
        err.print(f"demo: the embedded AWS failed: {error}; its log: .wellmade/demo.log", markup=False)
        return 1
    for problem in problems:
        out.print(f"missing: {problem}", markup=False)
    verdict = f"{len(problems)} things are missing" if problems else "Every file is accounted for"
    out.print(f"{verdict}, after {time.monotonic() - began:.0f} s.")
    return 1 if problems else 0


@contextmanager
def _cloud() -> Iterator[LocalCloud]:
    """Run an embedded AWS of our own; only its log stays."""
    home = ROOT / ".wellmade"
    home.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="demo-", dir=home) as folder:
        log = log_file(Path(folder))
        try:
            with told("starting an AWS on this machine"):
                lifetime = timedelta(minutes=10)
                running = start(Path(folder), lifetime=lifetime, parent=os.getpid(), fast=FAST)
            with running as cloud:
                err.print(f"The embedded AWS runs at {cloud.endpoint}. {faster(cloud)}")
                yield cloud
        finally:
            if log.exists():
                shutil.copy(log, home / "demo.log")


def _demonstrate(cloud: LocalCloud) -> list[str]:
    """Deploy, upload, follow, account; return a line for each thing that is missing."""
    pipeline = _deploy(cloud)
    files = samples()
    path = AlarmPath(pipeline, next(sample for sample in files if sample.customer_key))
    path.subscribe()
    err.print(f"Uploading {len(files)} files; one fails every time and moves to the dead-letter queue …")
    for sample in files:
        pipeline.upload(sample)
    _follow(Follower(pipeline, files), path)
    findings, problems = audit(pipeline, files, path.reason)
    screen.show_findings(findings)
    screen.show_path(path)
    err.print(f"\n$ wellmade redrive {pipeline.outputs['DeadLetterQueueUrl']}", markup=False)
    if path.plan:
        print_plan(path.plan, rate=10)
    screen.show_next_steps()
    return [*problems, *path.missing()]


def _deploy(cloud: LocalCloud) -> Pipeline:
    err.print(f"Deploying stack {STACK} with the CDK command line …")
    with screen.deploying() as report:
        pipeline, not_simulated = deploy_pipeline(cloud, report)
    for line in not_simulated:
        err.print(f"  recorded, not simulated: {line}", markup=False)
    return pipeline


def _follow(follower: Follower, path: AlarmPath) -> None:
    """Look until every file and the alarm are at their end, or patience is."""
    deadline = time.monotonic() + PATIENCE
    with screen.following() as show:
        while time.monotonic() < deadline:
            statuses = follower.look()
            path.look()
            show(statuses, path)
            if path.complete and all(status.done for status in statuses):
                return
            time.sleep(0.3)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Let a polite kill end everything as Ctrl-C does."""
    raise KeyboardInterrupt
