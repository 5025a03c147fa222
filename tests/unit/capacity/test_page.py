"""The example of docs/capacity.md works as it stands."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from wellmade.cli import main

PAGE = (Path(__file__).parents[3] / "docs" / "capacity.md").read_text()
_BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_example_of_the_page_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    def capacity(*arguments: str) -> tuple[int, Any]:
        code = main(["capacity", *arguments])
        return code, json.loads(capsys.readouterr().out)

    examples = 0
    for language, file, content in _BLOCK.findall(PAGE):
        if language == "python":
            exec(compile(content, "docs/capacity.md", "exec"), {"capacity": capacity})
            examples += 1
        elif file:
            Path(file).write_text(content)
    assert examples == 1
