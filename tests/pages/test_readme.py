"""What the README and the page of a stack tell to type, typed in a checkout."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.pages.commands import PAGES, ROOT, Command, commands
from tests.pages.conftest import environment
from tests.pages.elsewhere import ELSEWHERE
from tests.pages.shell import Shell

pytestmark = [pytest.mark.local, pytest.mark.scan]

DOWN = Command("README.md", "wellmade local down", "", first=True)


def on(page: str) -> list[Command]:
    """The commands of a page that are executed here."""
    [file] = [each for each in PAGES if each.name == page]
    return [command for command in commands(file) if (page, command.line) not in ELSEWHERE]


@pytest.fixture
def shell(clone: Path) -> Shell:
    """A shell in the checkout, which finds what `make setup` installed."""
    for name in ("Makefile", ".venv", "node_modules"):
        if not (clone / name).exists():
            (clone / name).symlink_to(ROOT / name)
    (clone / "workload.yaml").unlink(missing_ok=True)
    own = environment(clone)
    return Shell(clone, {**own, "PATH": f"{Path(__file__).parent / 'project'}:{own['PATH']}"})


def test_the_commands_of_the_readme(shell: Shell) -> None:
    try:
        failed = [shell.typed(command) for command in on("README.md")]
    finally:
        shell.typed(DOWN)

    assert [each for each in failed if each] == []


def test_the_commands_of_the_page_of_thumbnails(shell: Shell, clone: Path) -> None:
    """What stands in angle brackets is an output that `local up` has printed."""
    (clone / "photo.JPG").write_bytes(b"no photograph, which is quarantined")
    up, copy = on("thumbnails.md")
    try:
        failed = [
            shell.typed(up),
            shell.typed(Command("local.md", 'eval "$(wellmade local env)"', "", first=True)),
        ]
        [bucket] = [
            value
            for outputs in status(clone, shell)["outputs"].values()
            for name, value in outputs.items()
            if name == "InboxBucketName"
        ]
        failed.append(shell.typed(replace(copy, line=copy.line.replace("<InboxBucketName>", bucket))))
    finally:
        shell.typed(DOWN)

    assert [each for each in failed if each] == []


def status(clone: Path, shell: Shell) -> Any:
    """What `wellmade local status` knows."""
    shown = shell.typed(Command("", "wellmade local status --format json > status.json", "", first=True))
    assert shown is None
    return json.loads((clone / "status.json").read_text())
