"""What the README and the page of a stack tell to type, typed in a checkout."""

from pathlib import Path

import pytest

from tests.pages.commands import PAGES, ROOT, Command, commands
from tests.pages.conftest import environment
from tests.pages.elsewhere import ELSEWHERE, NOT_EXECUTED
from tests.pages.shell import Shell

pytestmark = [pytest.mark.local, pytest.mark.scan]

DOWN = Command("README.md", "wellmade local down", "", first=True)


def on(page: str) -> list[Command]:
    """The commands of a page that are executed here."""
    [file] = [each for each in PAGES if each.name == page]
    return [command for command in commands(file) if (page, command.line) not in ELSEWHERE | NOT_EXECUTED]


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
    (clone / "photo.JPG").write_bytes(b"no photograph, which is quarantined")
    try:
        failed = [shell.typed(command) for command in on("thumbnails.md")]
    finally:
        shell.typed(DOWN)

    assert [each for each in failed if each] == []
