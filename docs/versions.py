"""Which versions are promised, and the tests that are run on each: `docs/versions.md` has their times.

`python -m docs.versions oldest` prints what pip takes for the oldest aws-cdk-lib of pyproject.toml, `newest`
for the newest below 3. `--test` runs the tests of all constructs with their snapshots, and prints what they
ran on.
"""

import argparse
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIBRARY = "aws-cdk-lib"
CONCERNS = (
    *("api", "compute", "data", "delivery", "edge", "foundation", "governance", "ingest", "kit", "messaging"),
    *(
        "network",
        "observability",
        "policies",
        "resilience",
        "security",
        "streaming",
        "validation",
        "workflow",
    ),
)
"""Folders of tests of what is imported into an app; tools do not depend on these versions."""

WRITTEN_ANEW = {
    "tests/unit/governance/test_cost_guard.py::test_looks_like": (2, 275),
    "tests/unit/messaging/test_event_bus.py::test_looks_like": (2, 274),
}
"""Snapshots of what an older CDK writes otherwise: before 2.275 it puts no tags on budgets, and before 2.274
no condition into the trust of a state machine's role."""


def asked(which: str) -> str:
    """Return what to install: the oldest that pyproject.toml takes, or the newest."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    [needed] = [each for each in project["dependencies"] if each.startswith(LIBRARY)]
    least, below = needed.removeprefix(f"{LIBRARY}>=").split(",<")
    return f"{LIBRARY}=={least}" if which == "oldest" else f"{LIBRARY}<{below}"


def tested(arguments: Sequence[str]) -> int:
    """Run the tests, print the cell and its time, and return their exit code."""
    folders = [f"tests/unit/{concern}" for concern in CONCERNS]
    begun = time.monotonic()
    left_out = [f"--deselect={test}" for test in written_otherwise(version(LIBRARY))]
    command = [sys.executable, "-m", "pytest", "-q", "-m", "not scan", *left_out, *arguments, *folders]
    done = subprocess.run(command, cwd=ROOT, check=False)  # noqa: S603 - our own tests
    python = ".".join(map(str, sys.version_info[:3]))
    cell = f"Python {python}, Node {_node()}, {LIBRARY} {version(LIBRARY)}, jsii {version('jsii')}"
    sys.stdout.write(f"{cell}: exit code {done.returncode}, {time.monotonic() - begun:.0f} s\n")
    return done.returncode


def written_otherwise(found: str) -> list[str]:
    """Return the tests of snapshots that a version of the CDK writes otherwise.

    Args:
        found: The version.
    """
    number = tuple(map(int, found.split(".")[:2]))
    return [test for test, since in WRITTEN_ANEW.items() if number < since]


def _node() -> str:
    """Return the version of the Node that the CDK runs on."""
    program = os.environ.get("JSII_NODE", "node")
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)  # noqa: S603 - as above
    return done.stdout.strip().removeprefix("v")


def main(arguments: Sequence[str]) -> int:
    """Print a requirement, or run the tests."""
    parser = argparse.ArgumentParser(prog="python -m docs.versions", description=__doc__)
    parser.add_argument("which", nargs="?", choices=("oldest", "newest"), help="of aws-cdk-lib")
    parser.add_argument("--test", nargs="...", help="run the tests; what follows is for pytest")
    given = parser.parse_args(arguments)
    if given.test is not None:
        return tested(given.test)
    sys.stdout.write(f"{asked(given.which or 'oldest')}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
