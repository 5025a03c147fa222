"""Graphs of templates written in tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from wellmade.graph import Graph, load


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Graph]:
    """Read templates given as text, each as a stack of its name: `read(stack=…, other=…)`."""

    def read_texts(**templates: str) -> Graph:
        for name, text in templates.items():
            suffix = "json" if text.lstrip().startswith("{") else "yaml"
            (tmp_path / f"{name}.{suffix}").write_text(text)
        return load(sorted(tmp_path.glob("*.*")))

    return read_texts
