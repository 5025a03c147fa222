import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wellmade.draw.gather import picture_of
from wellmade.draw.levels import Level
from wellmade.draw.picture import Picture
from wellmade.graph import Graph, load

Drawn = Callable[..., Picture]


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
