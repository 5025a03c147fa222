"""Processes left, and next starts that fail, after signals at random moments of what runs an embedded AWS.

`up`, `demo` and `watch` are stopped as they run, and so is the first set-up, into an empty folder of tools.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
ROUNDS = 20
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 60
"""Seconds that a command has to end, and then its processes."""
SEED = 12
TEMPLATE = "Resources:\n  Topic: {Type: AWS::SNS::Topic}\n"
APP = """
import aws_cdk as cdk
from aws_cdk import aws_sns as sns
app = cdk.App(analytics_reporting=False)
sns.Topic(cdk.Stack(app, "tiny"), "Topic")
app.synth()
"""
_LOCAL = [sys.executable, "-m", "wellmade", "local"]


@dataclass(frozen=True)
class Kind:
    """What is stopped: its command, how long it usually takes, and whether its tools are there."""

    name: str
    command: list[str]
    seconds: float
    tools: bool = True


KINDS = (
    Kind("up", [*_LOCAL, "up", "--app", f"{sys.executable} tiny.py", "--lifetime", "5"], 25),
    Kind("demo", [sys.executable, "-m", "demo"], 35),
    Kind("watch", [*_LOCAL, "watch"], 5),
    Kind("set-up", [*_LOCAL, "up", "template.yaml", "--lifetime", "5"], 15, tools=False),
)


def main() -> int:
    """Stop twenty runs, print what each left, and return 1 where anything was."""
    moments = random.Random(SEED)  # noqa: S311 - moments, not secrets
    signal.signal(signal.SIGINT, signal.default_int_handler)  # else all that this starts would ignore it
    bad = 0
    for number in range(ROUNDS):
        kind, number_of_signal = KINDS[number % len(KINDS)], moments.choice(SIGNALS)
        after = moments.uniform(0.1, kind.seconds)
        left, works = _round(kind, number_of_signal, after)
        bad += bool(left) or not works
        verdict = f"{len(left)} processes left, the next up {'works' if works else 'FAILS'}"
        sys.stdout.write(f"{kind.name:7} {number_of_signal.name:8} after {after:5.1f} s: {verdict}\n")
        sys.stdout.writelines(f"    {process}\n" for process in left)
        sys.stdout.flush()
    sys.stdout.write(f"{ROUNDS} signals: {bad} that left something or kept the next up from working\n")
    return 1 if bad else 0


def _round(kind: Kind, number: signal.Signals, after: float) -> tuple[list[str], bool]:
    with _project() as folder:
        environment = _environment(folder, tools=kind.tools)
        if kind.name == "watch":
            _ends([*_LOCAL, "up", "template.yaml", "--lifetime", "5"], folder, environment)
        _stopped(kind.command, folder, environment, number, after)
        if kind.name == "watch" or (folder / ".wellmade" / "local.json").exists():
            _ends([*_LOCAL, "down"], folder, environment)  # a cloud that was up stays, and goes with down
        left = _left(folder)
        works = _ends([*_LOCAL, "up", "template.yaml", "--lifetime", "5"], folder, environment) == 0
        _ends([*_LOCAL, "down"], folder, environment)
        return [*left, *_left(folder)], works


@contextmanager
def _project() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="signals-") as name:
        folder = Path(name)
        (folder / "tiny.py").write_text(APP)
        (folder / "template.yaml").write_text(TEMPLATE)
        for source in (
            "demo",
            "stacks",
            "lambda_src",
            "constructs",
        ):  # the demo keeps its cloud beside its sources
            shutil.copytree(ROOT / source, folder / source, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "cdk.json", folder)
        shutil.copy(ROOT / "app.py", folder)
        yield folder


def _environment(folder: Path, *, tools: bool) -> dict[str, str]:
    paths = os.pathsep.join(str(folder / name) for name in ("constructs", "lambda_src", "."))
    own = {**os.environ, "PYTHONPATH": paths, "TMPDIR": str(folder), "SIGNALS_BENCH": str(folder)}
    return own if tools else {**own, "WELLMADE_HOME": str(folder / "tools")}


def _stopped(
    command: list[str], folder: Path, environment: dict[str, str], number: signal.Signals, after: float
) -> None:
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.send_signal(number)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()  # what it started is then found, and counted


def _ends(command: list[str], folder: Path, environment: dict[str, str]) -> int:
    """Run it to its end; what takes too long counts as failed."""
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, check=False, timeout=10 * PATIENCE
        )
    except subprocess.TimeoutExpired:
        return -1
    return done.returncode


def _left(folder: Path) -> list[str]:
    """Wait until nothing is left, and return what is even so."""
    deadline = time.monotonic() + PATIENCE
    while (left := list(_of(folder))) and time.monotonic() < deadline:
        time.sleep(0.5)
    return left


def _of(folder: Path) -> Iterator[str]:
    """Every process that works in the folder, or was started with a word about it."""
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        try:
            seen = [process.cwd(), *process.cmdline(), *process.environ().values()]
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        if any(str(folder) in each for each in seen):
            yield f"{process.pid} {' '.join(process.cmdline())[:120]}"


if __name__ == "__main__":
    sys.exit(main())
