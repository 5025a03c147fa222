"""The commands of docs/prove.md do what the page says, in an empty folder with the files that it shows."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.prove.test_javascript import HANDLER, SDK, TEST
from tests.unit.prove.test_javascript import TEMPLATE as WITH_NODE

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "prove.md").read_text()
_BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = _BLOCK.findall(PAGE)
COMMANDS = [
    line.partition("#")[0].strip()
    for language, _, content in BLOCKS
    if language == "sh"
    for line in content.splitlines()
    if line.strip()
]
NODE, LOCAL = "--node", "--local"
"""Commands that need more than the files of the page."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for _, file, content in BLOCKS:
        if file:
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text(content)
    (tmp_path / "cdk.out").mkdir()
    shutil.copy(tmp_path / "template.yaml", tmp_path / "cdk.out")
    (tmp_path / "tests" / "unit").mkdir()
    shutil.copy(tmp_path / "tests" / "test_app.py", tmp_path / "tests" / "unit" / "test_unit.py")
    return tmp_path


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as the page has it, with this checkout's program."""
    programs = {"wellmade": "wellmade.cli", "pytest": "pytest"}
    name, _, options = command.partition(" ")
    line = f"{shlex.quote(sys.executable)} -m {programs[name]} {options}"
    paths = os.pathsep.join([str(ROOT / "constructs"), str(ROOT / "lambda_src")])
    environment = {**os.environ, "PYTHONPATH": paths, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    return subprocess.run(  # noqa: S602 - the page's own commands, quotes and all
        line, shell=True, cwd=folder, capture_output=True, text=True, check=False, env=environment
    )


def test_the_page_shows_commands_and_files() -> None:
    assert len(COMMANDS) > 10
    assert {file for _, file, _ in BLOCKS if file} == {"template.yaml", "src/app.py", "tests/test_app.py"}
    assert len([each for each in COMMANDS if NODE in each or LOCAL in each]) == 2


@pytest.mark.scan
@pytest.mark.parametrize(
    "command", [each for each in dict.fromkeys(COMMANDS) if NODE not in each and LOCAL not in each]
)
def test_a_command_of_the_page_works(folder: Path, command: str) -> None:
    if "--calls" in command:
        assert run("pytest --record-calls calls.json", folder).returncode == 0
    done = run(command, folder)
    wanted = 0 if command.startswith("pytest") else 1
    assert done.returncode == wanted, done.stderr
    if "--fix" in command:
        assert "s3:GetObject" in done.stdout
    elif not command.startswith("pytest"):
        assert "also means s3:GetObjectAcl" in done.stdout


@pytest.mark.scan
@pytest.mark.skipif(shutil.which("npx") is None, reason="Node is not installed")
def test_the_command_for_tests_in_javascript_works(tmp_path: Path) -> None:
    """Jest itself is not installed here: a program of its name runs the tests."""
    files = {
        "template.yaml": json.dumps(WITH_NODE),
        "src/app.mjs": HANDLER,
        "tests/app.test.mjs": TEST,
        "node_modules/@aws-sdk/client-s3/dist-cjs/index.js": SDK,
        "node_modules/@aws-sdk/client-s3/package.json": '{"main": "dist-cjs/index.js"}',
        "node_modules/.bin/jest": "#!/bin/sh\nexec node --test tests/app.test.mjs\n",
        "package.json": "{}",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    (tmp_path / "node_modules/.bin/jest").chmod(0o755)
    [command] = [each for each in COMMANDS if NODE in each]
    assert "Read" in run(command, tmp_path).stdout


@pytest.mark.scan
def test_without_a_local_cloud_the_command_says_how_to_start_one(folder: Path) -> None:
    [command] = [each for each in COMMANDS if LOCAL in each]
    done = run(command, folder)
    assert (done.returncode, "wellmade local up" in done.stderr) == (2, True)
