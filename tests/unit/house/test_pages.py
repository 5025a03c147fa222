"""The committed pages say what the docstrings say."""

from docs.pages import HERE, pages


def test_pages_are_up_to_date() -> None:
    committed = {file: file.read_text() for file in (HERE / "patterns").glob("*.md")}
    assert committed == pages(), "write them anew with: make docs"
