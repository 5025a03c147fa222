"""Somebody else's app: the built wheel in an environment of its own, and what the app synthesizes with it."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHOP = Path(__file__).parent / "shop"


@dataclass(frozen=True)
class Foreign:
    """The app's folder outside of the repository, with its environment."""

    folder: Path
    python: Path

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command in the folder, as its owner would: the repository is not on any path."""
        context = json.loads((self.folder / "cdk.json").read_text())["context"]
        variables = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "PATH": f"{self.python.parent}{os.pathsep}{os.environ['PATH']}",
            "CDK_CONTEXT_JSON": json.dumps(context),
            "CDK_OUTDIR": str(self.folder / "cdk.out"),
        }
        return subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, env=variables
        )


def link_dependencies(environment: Path) -> None:
    """Let the environment find what the tests' own has, this library excepted: nothing is downloaded again."""
    [packages] = environment.glob("lib/python3*/site-packages")
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        mine = packages / entry.name
        if "wellmade" not in entry.name and entry.suffix != ".pth" and not mine.exists():
            mine.symlink_to(entry)


@pytest.fixture(scope="session")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Foreign:
    """The app, copied, with the wheel installed."""
    folder = tmp_path_factory.mktemp("foreign")
    shutil.copytree(SHOP, folder / "shop", ignore=shutil.ignore_patterns("__pycache__", "cdk.out"))
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    subprocess.run(build, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    environment = folder / "venv"
    subprocess.run((sys.executable, "-m", "venv", "--without-pip", environment), check=True)
    python = environment / "bin" / "python"
    install = (sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel)
    subprocess.run((*install, "--quiet", "--no-compile"), check=True)
    link_dependencies(environment)
    return Foreign(folder / "shop", python)


@pytest.fixture(scope="session")
def synthesized(foreign: Foreign) -> Path:
    """What `cdk synth` of the app would write; the validations of the CDK and of cdk-nag have run."""
    done = foreign.run(foreign.python, "app.py")
    assert done.returncode == 0, done.stdout + done.stderr
    return foreign.folder / "cdk.out"
