"""What the pages of the embedded AWS tell to type, typed in a reader's own project."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages.commands import PAGES, Command, commands
from tests.pages.conftest import environment
from tests.pages.elsewhere import ELSEWHERE
from tests.pages.shell import Shell

pytestmark = [pytest.mark.local, pytest.mark.scan]

HERE = Path(__file__).parent / "project"
DOWN = Command("local.md", "wellmade local down", "", first=True)


@pytest.fixture
def project(clone: Path, tmp_path: Path) -> Iterator[tuple[Path, Shell]]:
    """A CDK app with templates beside it, in a folder whose name is not plain, and a shell in there."""
    folder = tmp_path / "my ü project"
    shutil.copytree(HERE, folder)
    (folder / "cdk.json").write_text('{"app": "python app.py"}')
    for place in (".aws-sam/build/template.yaml", "app.yaml", "network.json"):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}))
    stand_in = folder / "node_modules" / ".bin" / "ts-node"  # the reader's own, too
    stand_in.parent.mkdir(parents=True)
    stand_in.write_text("#!/bin/sh\nexec python app.py\n")
    stand_in.chmod(0o755)
    own = environment(clone)
    shell = Shell(folder, {**own, "PATH": f"{folder}:{own['PATH']}", "HOME": str(tmp_path)})
    yield folder, shell
    shell.typed(DOWN)


def typed(page: str) -> list[Command]:
    """The commands of a page that are executed here; each block of local.md begins without a cloud."""
    [file] = [each for each in PAGES if each.name == page]
    return [command for command in commands(file) if (page, command.line) not in ELSEWHERE]


def test_the_commands_of_the_page_of_the_embedded_aws(project: tuple[Path, Shell]) -> None:
    folder, shell = project
    up = Command("local.md", "wellmade local up", "", first=False)
    failed = []
    for command in typed("local.md"):
        starts = command.line.startswith("wellmade local up")
        if command.first and starts:
            shell.typed(DOWN)
        elif command.first and not (folder / ".wellmade" / "local.json").exists():
            failed.append(shell.typed(up))
        failed.append(shell.typed(command))

    assert [each for each in failed if each] == []


def test_the_commands_of_the_page_of_redriving(project: tuple[Path, Shell]) -> None:
    _, shell = project
    failed = [shell.typed(Command("redrive.md", "wellmade local up", "", first=True))]
    failed += [shell.typed(command) for command in typed("redrive.md")]

    assert [each for each in failed if each] == []
