"""What every test may use."""

import gc
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.older_cdk import take_newer_options
from tests.quick import leave_out_validation, share_descriptions_of_services
from tests.refusals import unseen_refusals

ROOT = Path(__file__).parents[1]
share_descriptions_of_services()
take_newer_options()
leave_out_validation()
os.environ["WELLMADE_QUIET"] = "1"  # a busy machine is no reason for another output


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


@pytest.fixture(scope="session")
def snapshot(
    wellmade_snapshot: Callable[[dict[str, Any], str], None],
) -> Callable[[dict[str, Any], str], None]:
    """The one of our plugin; other suites may have another of this name."""
    return wellmade_snapshot


@pytest.fixture
def refused(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> Callable[[], str]:
    """Synthesize the stack, which must fail, and return what it said.

    What a construct refuses there, `wellmade check` must see in the template, or a reason says why it cannot.
    """

    def synthesize() -> str:
        with pytest.raises(RuntimeError) as failure:
            synth()
        assert unseen_refusals(stack) == []
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


def folder_of(nodeid: str) -> str:
    """Return which tests stay in one process: a folder's, and in three parts those that wait for an embedded AWS."""
    *folders, file = nodeid.partition("::")[0].split("/")[1:]
    if folders == ["local"]:
        return "local" if file < "test_m" else "local/rest"
    return "local/more" if folders[:1] == ["local"] else "/".join(folders[:2])


class FolderScheduling(LoadScopeScheduling):  # type: ignore[misc] # xdist tells no types
    """Keeps each folder of tests in one process, so that an embedded AWS or an assembly is made once."""

    def _split_scope(self, nodeid: str) -> str:
        return folder_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FolderScheduling:
    """Let `pytest -n 4` hand out folders in the order of the tests; xdist would begin with the largest."""
    config.option.loadscopereorder = False
    return FolderScheduling(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is collected stays until the end: nobody looks for garbage in it meanwhile, nor ever after."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with what mostly waits, so that the rest is computed beside it, and of that with the most tests.

    A folder of thousands that begins last would keep one processor at work, and the others would wait for it.
    """
    sizes = Counter(folder_of(item.nodeid) for item in items)
    for folder in ("local", "local/rest", "local/more"):
        sizes[folder] = len(items)
    items.sort(key=lambda item: -sizes[folder_of(item.nodeid)])
