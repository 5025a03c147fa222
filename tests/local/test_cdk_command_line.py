"""The real CDK command line against the embedded AWS."""

import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from wellmade.errors import WellmadeError
from wellmade.local.deploy import deploy
from wellmade.local.server import LocalCloud, running

pytestmark = pytest.mark.local

APP = Path(__file__).parent / "apps" / "tiny.py"
PYTHON = shlex.quote(sys.executable)
"""As a shell takes it, whatever folder this project is in."""


def test_it_bootstraps_and_deploys_through_its_roles(cloud: LocalCloud) -> None:
    said: list[str] = []
    deployment = deploy(
        cloud,
        app=f"{PYTHON} {shlex.quote(str(APP))}",
        stacks=["tiny"],
        context={"greeting": "hello"},
        report=said.append,
    )

    assert deployment.outputs["tiny"] == {"Greeting": "hello"}
    assert sum("bootstrapped" in line for line in said) == 1
    assert not [line for line in said if "current credentials" in line]


def test_it_runs_an_app_in_a_folder_with_a_space(cloud: LocalCloud, tmp_path: Path) -> None:
    folder = tmp_path / "my äpp"
    folder.mkdir()
    app = folder / "tiny.py"
    app.write_bytes(APP.read_bytes())
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nexec {PYTHON} "$@"\n')
    python.chmod(0o755)

    said = deploy(
        cloud, app=f"'{python}' '{app}'", stacks=["tiny"], context={"greeting": "hello"}, report=print
    )

    assert said.outputs["tiny"]["Greeting"] == "hello"


def test_stacks_that_do_not_say_what_they_need_come_one_after_the_other(cloud: LocalCloud) -> None:
    app = f"{PYTHON} {shlex.quote(str(APP.with_name('unsaid.py')))}"

    said = deploy(cloud, app=app, stacks=[], context={}, report=print)

    assert said.outputs["unsaid-second"] == {"Imported": "late"}


def test_nothing_is_written_to_the_home(
    cloud: LocalCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    app = f"{PYTHON} {shlex.quote(str(APP.with_name('with_an_asset.py')))}"

    deploy(cloud, app=app, stacks=["with-an-asset"], context={}, report=print)

    assert list(tmp_path.rglob("*")) == []


def test_an_app_that_fails_is_one_line_with_its_reason(cloud: LocalCloud) -> None:
    program = "raise SystemExit('the team tag is missing')"

    with pytest.raises(WellmadeError, match=r"^cdk synth failed: .*the team tag is missing"):
        deploy(
            cloud,
            app=f'{PYTHON} -c "{program}"',
            stacks=[],
            context={},
            report=lambda _line: None,
        )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_in_the_middle_of_up_leaves_nothing_running(
    tmp_path: Path, number: signal.Signals, eventually: Callable[..., None]
) -> None:
    # Who runs in the background has Ctrl-C ignored, and so would all that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    app = f"{PYTHON} -c 'import time; time.sleep(60)'"
    command = [sys.executable, "-m", "wellmade.cli", "local", "up", "--app", app, "--lifetime", "2"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        said: list[str] = []
        while process.stderr and "Synthesizing" not in "".join(said):
            said.append(process.stderr.readline())
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(number)
        assert process.wait(30) != 0

    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    eventually(lambda: running(tmp_path / ".wellmade") is None)
