"""The committed pages say what the docstrings say."""

from docs.pages import HERE, pages


def test_pages_are_up_to_date() -> None:
    files = (*(HERE / "patterns").glob("*.md"), *(HERE / "rules").glob("*.md"))
    committed = {file: file.read_text() for file in files}
    assert committed == pages(), "write them anew with: make docs"
