"""Fixtures of the tests of packaging."""

from pathlib import Path

import pytest

from tests.unit.kit.packaging.support import HANDLER, write


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """Code of one's own in a layout of one's own."""
    return write(
        tmp_path / "src" / "orders", {"app.py": "def lambda_handler(event, context):\n    return 1\n"}
    )


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Code of one's own in the layout that needs no `handler`."""
    return write(tmp_path / "my_worker", {"handler.py": HANDLER})


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package index of our own, the only one, and nothing built before."""
    monkeypatch.setenv("WELLMADE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    (tmp_path / "index").mkdir()
    return tmp_path / "index"
