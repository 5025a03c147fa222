"""Building the tools once, and saying what could not be reached."""

import errno
import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from wellmade import patience
from wellmade.errors import WellmadeError
from wellmade.local import toolchain


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WELLMADE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_a_folder_is_built_once(home: Path) -> None:
    built: list[Path] = []

    first, second = (toolchain.built_once("tool-1", built.append) for _ in range(2))

    assert first == second == home / "tool-1"
    assert built == [first]


def test_what_an_interrupted_build_left_is_built_again(home: Path) -> None:
    (home / "tool-1").mkdir(parents=True)
    (home / "tool-1" / "half").touch()

    folder = toolchain.built_once("tool-1", lambda folder: (folder / "whole").touch())

    assert sorted(path.name for path in folder.iterdir()) == [".complete", "whole"]


def test_a_failed_build_is_not_taken_for_a_whole_one(home: Path) -> None:
    def fail(_folder: Path) -> None:
        raise WellmadeError("no network")

    with pytest.raises(WellmadeError, match=r"^no network$"):
        toolchain.built_once("tool-1", fail)
    assert toolchain.built_once("tool-1", lambda folder: (folder / "whole").touch()) == home / "tool-1"
    assert (home / "tool-1" / "whole").exists()


def test_a_home_that_cannot_be_written_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("WELLMADE_HOME", str(tmp_path / "file" / "home"))

    with pytest.raises(
        WellmadeError,
        match=r"home must be a folder that you may write to, got: Not a directory; name another one with: export",
    ):
        toolchain.built_once("tool-1", lambda _folder: None)


def test_an_installer_that_takes_long_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(patience, "SILENCE", 0.05)
    slow = program(tmp_path / "pip", "sleep 0.5")

    toolchain.run_or_explain([str(slow)], hint="")

    assert "wellmade: pip is at work, 0 s" in capsys.readouterr().err


def test_without_network_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)

    with pytest.raises(
        WellmadeError, match=r"(?s)^`.*pip install …` failed: ERROR: .*ministack.*"
    ) as failure:
        toolchain.run_or_explain(
            [sys.executable, "-m", "pip", "install", "--dry-run", "--no-deps", "ministack==0.0.1"],
            hint="check the network",
        )
    assert str(failure.value).endswith("; check the network, then run the command again")
    assert "\n" not in str(failure.value)


def test_a_full_disk_is_said_to_be_one(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What installs only tells that another program of it failed."""
    home.mkdir(exist_ok=True)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2**20))
    failing = program(tmp_path / "python", "echo 'Error: ensurepip returned 1' && exit 1")

    with pytest.raises(OSError, match="No space left on device") as failure:
        toolchain.run_or_explain([str(failing)], hint="install the venv module")

    assert failure.value.errno == errno.ENOSPC


def test_node_of_ours_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    assert (
        Path(shutil.which("node", path=toolchain.path_with_node()) or "").parent
        == Path(sys.executable).parent
    )


@pytest.mark.parametrize(
    "names",
    [{"VIRTUAL_ENV": "env"}, {"CONDA_PREFIX": "env", "CONDA_DEFAULT_ENV": "app"}],
    ids=["venv", "conda"],
)
def test_an_app_runs_on_the_python_of_the_environment_that_is_active(
    names: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Wellmade may be in another one, as pipx and `uv tool` install it, without the app's packages."""
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    (tmp_path / "env" / "bin").mkdir(parents=True)
    python = program(tmp_path / "env" / "bin" / "python3", "true")
    for name, value in names.items():
        monkeypatch.setenv(name, str(tmp_path / value) if value == "env" else value)

    assert shutil.which("python3", path=toolchain.path_with_node()) == str(python)


def test_conda_s_base_which_is_always_active_is_no_choice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.setenv("CONDA_DEFAULT_ENV", "base")
    monkeypatch.setenv("CONDA_PREFIX", str(tmp_path))

    assert str(tmp_path) not in toolchain.path_with_node()
