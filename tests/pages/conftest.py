"""A checkout as a reader has one, in a folder whose name is not plain, with what the pages speak of."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pages.commands import ROOT, Command
from wellmade.check.registry import example

SOURCES = (
    "constructs",
    "lambda_src",
    "container_src",
    "stacks",
    "demo",
    "app.py",
    "cdk.json",
    "capacity.yaml",
)
SHOWN = ("work-queues", "file-pipeline")
"""The stacks that the pages' commands are run on."""
NOT_OF_A_READER = ("MAKE", "MFLAGS", "AWS_")
FILLED_IN = "starts_with: messages\nrate: 20\nduration: 0.5\n"
"""What a reader makes of the file with every question."""


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources, and the templates that pages name: of `main`, of the change, single ones."""
    folder = tmp_path_factory.mktemp("pages") / "my ü clone"
    folder.mkdir()
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    subprocess.run([sys.executable, "app.py", *SHOWN], cwd=folder, env=environment(folder), check=True)
    for place in ("main.out", "main/cdk.out"):
        shutil.copytree(folder / "cdk.out", folder / place)
    one, other = (folder / "cdk.out" / f"{name}.template.json" for name in SHOWN)
    (folder / "template.yaml").write_text(example("queue-visibility", "good"))
    (folder / "tests" / "unit" / "check").mkdir(parents=True)  # where a new rule's test goes
    for name in ("old.template.json", "new.template.json"):
        shutil.copy(one, folder / name)
    shutil.copy(other, folder / "other.json")
    shutil.copy(folder / "capacity.yaml", folder / "prod.yaml")
    shutil.copytree(ROOT / "lambda_src" / "sample_shop" / "contracts", folder / "contracts")
    return folder


@pytest.fixture(scope="session")
def typed(clone: Path) -> Callable[[Command], subprocess.CompletedProcess[str]]:
    """Run a command in the clone as it is written, and with every question answered by Enter."""

    def run(command: Command) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command.line],
            cwd=clone,
            env=environment(clone),
            input="\n" * 60,  # every question is answered with its default
            capture_output=True,
            text=True,
            check=False,
        )
        if command.line == "wellmade advise workload.yaml --init":
            (clone / "workload.yaml").write_text(FILLED_IN)
        return done

    return run


def environment(folder: Path) -> dict[str, str]:
    """Return a shell that `make env` prepared, for this checkout's sources: no part of a make, no AWS named."""
    paths = os.pathsep.join(str(folder / name) for name in ("constructs", "lambda_src", "container_src", "."))
    plain = {name: value for name, value in os.environ.items() if not name.startswith(NOT_OF_A_READER)}
    return {
        **plain,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": paths,
        "COLUMNS": "120",
    }
