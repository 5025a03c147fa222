"""Somebody else's app: the built wheel, alone in an empty environment, outside the repository."""

import ast
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
APP = """
import aws_cdk as cdk
from wellmade.ingest import FilePipeline
app = cdk.App(outdir="out", builtin_cloud_formation_validation=False)
stack = cdk.Stack(app, "Foreign")
FilePipeline(stack, "Files", package="tabular_ingest")
app.synth()
"""


def run(*command: str, cwd: Path, **variables: str) -> None:
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ, **variables}
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an environment that holds the wheel and what it asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("foreign")
    run(
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(ROOT),
        cwd=folder,
    )
    [wheel] = folder.glob("*.whl")
    run(sys.executable, "-m", "venv", "venv", cwd=folder)
    pins = str(ROOT / "constraints.txt")
    run("venv/bin/pip", "install", "--quiet", "--no-compile", "-c", pins, str(wheel), cwd=folder)
    return folder


def test_foreign_app_synthesizes_with_the_handler_in_its_asset(foreign: Path) -> None:
    (foreign / "app.py").write_text(APP)
    run("venv/bin/python", "app.py", cwd=foreign, PYTHONPATH="")
    [asset] = (foreign / "out").glob("asset.*.zip")
    with zipfile.ZipFile(asset) as bundle:
        assert "tabular_ingest/handler.py" in bundle.namelist()


def test_base_install_needs_the_cdk_only(foreign: Path) -> None:
    code = "from importlib.metadata import requires; print([r for r in requires('wellmade') if 'extra' not in r])"
    done = subprocess.run(
        ["venv/bin/python", "-c", code], cwd=foreign, capture_output=True, text=True, check=True
    )
    assert {name.split(">")[0].split("<")[0] for name in ast.literal_eval(done.stdout)} == {
        "aws-cdk-lib",
        "constructs",
    }


def test_tools_name_the_extra_that_they_need(foreign: Path) -> None:
    done = subprocess.run(
        ["venv/bin/wellmade", "redrive", "queue"], cwd=foreign, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("install it with: pip install 'wellmade[tools]'")
    assert "Traceback" not in done.stderr


def test_help_of_a_tool_names_the_extra_too(foreign: Path) -> None:
    done = subprocess.run(
        ["venv/bin/wellmade", "local", "up"], cwd=foreign, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("install it with: pip install 'wellmade[local]'")
    assert "Traceback" not in done.stderr
