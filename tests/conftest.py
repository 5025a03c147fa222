"""What every test may use."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def stack() -> cdk.Stack:
    """An empty stack named `Test`."""
    app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
    return cdk.Stack(app, "Test")


@pytest.fixture
def synth(stack: cdk.Stack) -> Callable[[], dict[str, Any]]:
    """Synthesize the stack and return its template."""

    def synthesize() -> dict[str, Any]:
        app = stack.node.root
        assert isinstance(app, cdk.App)
        template: dict[str, Any] = app.synth().get_stack_by_name("Test").template
        return template

    return synthesize


@pytest.fixture
def refused(synth: Callable[[], dict[str, Any]]) -> Callable[[], str]:
    """Synthesize the stack, which must fail, and return what it said."""

    def synthesize() -> str:
        with pytest.raises(RuntimeError) as failure:
            synth()
        return str(failure.value)

    return synthesize


@pytest.fixture
def own_handler(tmp_path: Path) -> Path:
    """A handler package outside the library, as a user's own would be."""
    package = tmp_path / "lambda_src" / "my_worker"
    package.mkdir(parents=True)
    (package / "handler.py").write_text(
        "def handler(event, context):\n    return {'batchItemFailures': []}\n"
    )
    return package


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let `pytest -n 2 --dist loadgroup` keep each folder in one process, those that mostly wait first."""
    items.sort(key=lambda item: _folder(item) != "local")
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_folder(item)))


def _folder(item: pytest.Item) -> str:
    """Return the folder that shares an embedded AWS, an assembly or a mock."""
    return "/".join(item.path.relative_to(ROOT / "tests").parts[:-1][:2])
