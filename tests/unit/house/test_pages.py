"""The committed pages say what the docstrings say."""

from docs.pages import HERE, pages


def test_pages_are_up_to_date() -> None:
    folders = (HERE / "patterns", HERE / "rules")
    files = (
        HERE / "break-evens.md",
        HERE / "ingress.md",
        HERE / "stacks.md",
        *(file for folder in folders for file in folder.glob("*.md")),
    )
    committed = {file: file.read_text() for file in files}
    assert committed == pages(), "write them anew with: make docs"
