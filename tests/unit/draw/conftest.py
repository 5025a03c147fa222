import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from wellmade.draw import layout
from wellmade.draw.gather import picture_of
from wellmade.draw.levels import Level
from wellmade.draw.picture import Picture
from wellmade.graph import Graph, load

Drawn = Callable[..., Picture]
Answers = dict[tuple[str, ...], subprocess.CompletedProcess[str]]
_LAID_OUT: Answers = {}


@pytest.fixture(autouse=True)
def laid_out(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """What the layout kernel has answered so far, which is not asked again: each time takes half a second."""

    def once(command: list[str], *, check: bool, **options: Any) -> subprocess.CompletedProcess[str]:
        asked = (*command, options["input"])
        if asked not in _LAID_OUT:
            _LAID_OUT[asked] = subprocess.run(command, check=check, **options)
        return _LAID_OUT[asked]

    monkeypatch.setattr(layout, "subprocess", SimpleNamespace(run=once))
    return _LAID_OUT


@pytest.fixture
def graph_of(tmp_path: Path) -> Callable[..., Graph]:
    def read(template: dict[str, Any], name: str = "app") -> Graph:
        file = tmp_path / f"{name}.template.json"
        file.write_text(json.dumps(template))
        return load([file])

    return read


@pytest.fixture
def drawn(graph_of: Callable[..., Graph]) -> Drawn:
    def picture(template: dict[str, Any], level: str = "services", *notes: str) -> Picture:
        return picture_of(graph_of(template), Level(level), notes)

    return picture
