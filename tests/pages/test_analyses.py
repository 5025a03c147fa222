"""What the pages of the tools that only read templates tell to type, typed."""

import subprocess
from collections.abc import Callable

import pytest

from tests.pages.commands import PAGES, Command, commands
from tests.pages.elsewhere import ELSEWHERE

pytestmark = pytest.mark.scan

READERS = ("advise.md", "capacity.md", "check.md", "contracts.md", "cost.md", "draw.md", "upgrade.md")
FINDING = {"wellmade": 1, "cfn-lint": 4}
"""What a tool ends with that answered, and found something; 4 are cfn-lint's warnings."""
Typed = Callable[[Command], subprocess.CompletedProcess[str]]


@pytest.mark.parametrize("name", READERS)
def test_every_command_answers_as_its_page_says(name: str, typed: Typed) -> None:
    [page] = [each for each in PAGES if each.name == name]
    unanswered = [
        (command.line, done.returncode, done.stderr[-800:])
        for command in commands(page)
        if (command.page, command.line) not in ELSEWHERE and not answered(command, done := typed(command))
    ]

    assert unanswered == []


def answered(command: Command, done: subprocess.CompletedProcess[str]) -> bool:
    """Whether it ended as the page says, or with an answer, where the page leaves it to the templates."""
    program = command.line.split()[0]
    wanted = {command.exit_code} if command.exit_code else {0, FINDING.get(program, 0)}
    return done.returncode in wanted and "Traceback" not in done.stderr
