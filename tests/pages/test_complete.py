"""Every command of every page is executed by a test."""

from tests.pages.commands import PAGES, ROOT, commands
from tests.pages.elsewhere import ELSEWHERE, NOT_EXECUTED
from tests.pages.test_analyses import READERS

LOCAL = ("README.md", "local.md", "redrive.md", "thumbnails.md")
OWN = {
    "incidents.md": "tests/local/test_incidents.py",
    "new.md": "tests/unit/new/test_generated.py",
    "prove.md": "tests/unit/prove/test_page.py",
}
"""Pages with a test of their own."""


def test_no_page_is_left_out() -> None:
    with_commands = {page.name for page in PAGES if list(commands(page))}

    assert with_commands == {*READERS, *LOCAL, *OWN}


def test_nothing_is_installed_into_the_environment_of_the_tests() -> None:
    lines = {(page.name, command.line) for page in PAGES for command in commands(page)}

    assert {
        each for each in lines if each[1].startswith("pip ")
    } - ELSEWHERE.keys() - NOT_EXECUTED.keys() == set()


def test_what_is_executed_elsewhere_is_on_a_page_and_has_a_test() -> None:
    on_pages = {(page.name, command.line) for page in PAGES for command in commands(page)}

    assert (ELSEWHERE.keys() | NOT_EXECUTED.keys()) - on_pages == set()
    assert [path for path in {*ELSEWHERE.values(), *OWN.values()} if not (ROOT / path).exists()] == []


def test_what_pip_shall_install_is_understood_by_every_pip() -> None:
    """The one that comes with Python 3.11 and 3.12 takes no name before an address without a host."""
    lines = {command.line for page in PAGES for command in commands(page)}

    assert [line for line in lines if line.startswith("pip ") and "@ git+file:" in line] == []
