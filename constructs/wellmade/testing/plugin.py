"""Fixtures: `snapshot` compares a template with the one committed beside the tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wellmade.testing.templates import masked


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-snapshots`."""
    parser.addoption(
        "--update-snapshots", action="store_true", help="write the snapshots anew instead of comparing"
    )


@pytest.fixture(scope="session")
def snapshot(request: pytest.FixtureRequest) -> Callable[[dict[str, Any], str], None]:
    """Compare a template with `tests/snapshots/<name>.json`; hashes of assets do not count.

    Review a difference as you would a deployment: a changed logical id of something that holds data means
    that CloudFormation deletes the data.
    """
    update: bool = request.config.getoption("--update-snapshots")
    folder = request.config.rootpath / "tests" / "snapshots"

    def compare(template: dict[str, Any], name: str) -> None:
        _compare(masked(template), folder / f"{name}.json", update=update)

    return compare


def _compare(text: str, file: Path, *, update: bool) -> None:
    if update:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return
    assert file.exists(), f"{file} does not exist; write it with --update-snapshots and review it"  # noqa: S101 - how pytest reports
    assert text.splitlines() == file.read_text().splitlines()  # noqa: S101 - how pytest reports
