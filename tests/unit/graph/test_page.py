"""The examples of docs/graph.md work as they stand."""

import re
from pathlib import Path
from typing import Any

import pytest

PAGE = (Path(__file__).parents[3] / "docs" / "graph.md").read_text()
_BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_examples_of_the_page_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    examples = 0
    for language, file, content in _BLOCK.findall(PAGE):
        if language == "python":
            exec(compile(content, "docs/graph.md", "exec"), names)
            examples += 1
        elif file:
            Path(file).write_text(content)
    assert examples >= 5
