"""Every command of every page is executed by a test."""

from tests.pages.commands import PAGES, ROOT, commands
from tests.pages.elsewhere import ELSEWHERE
from tests.pages.test_analyses import READERS

LOCAL = ("README.md", "local.md", "redrive.md", "thumbnails.md")
OWN = {"prove.md": "tests/unit/prove/test_page.py"}
"""Pages with a test of their own."""


def test_no_page_is_left_out() -> None:
    with_commands = {page.name for page in PAGES if list(commands(page))}

    assert with_commands == {*READERS, *LOCAL, *OWN}


def test_what_is_executed_elsewhere_is_on_a_page_and_has_a_test() -> None:
    on_pages = {(page.name, command.line) for page in PAGES for command in commands(page)}

    assert ELSEWHERE.keys() - on_pages == set()
    assert [path for path in {*ELSEWHERE.values(), *OWN.values()} if not (ROOT / path).exists()] == []
