"""An environment that holds the wheel and what the generated requirements ask for, outside the repository."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.foreign.conftest import ROOT, link_dependencies


@dataclass(frozen=True)
class Elsewhere:
    """Where apps of one's own are written and run."""

    folder: Path
    wheel: Path
    programs: Path

    def run(self, folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command in a folder; the repository is on no path, and no AWS is configured."""
        hidden = ("PYTHONPATH", "AWS_")
        variables = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        path = f"{self.programs}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            command, cwd=folder, env={**variables, "PATH": path}, capture_output=True, text=True, check=False
        )

    def new(self, stack: str) -> Path:
        """Write the app of a stack, in a path with a space."""
        app = self.folder / "apps of mine" / stack
        done = self.run(self.folder, self.programs / "wellmade", "new", stack, app)
        assert done.returncode == 0, done.stderr
        return app


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    """Build the wheel and install it beside what the tests' own environment has."""
    folder = tmp_path_factory.mktemp("elsewhere")
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    subprocess.run(build, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    environment = folder / "venv"
    subprocess.run((sys.executable, "-m", "venv", "--without-pip", environment), check=True)
    programs = environment / "bin"
    install = (sys.executable, "-m", "pip", "--python", programs / "python", "install", "--no-deps")
    subprocess.run((*install, "--no-index", "--quiet", "--no-compile", wheel), check=True)
    link_dependencies(environment)
    return Elsewhere(folder, wheel, programs)
