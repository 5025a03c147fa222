"""Fixtures for people who build on our constructs; pytest finds them by itself where wellmade is installed.

- `wellmade_synthesize(define)` gives the template of what is defined in an empty stack.
- `wellmade_snapshot(template, name)` compares a template with `tests/snapshots/<name>.json`.
- `wellmade_no_findings(template)` asserts that `wellmade check` finds nothing in a template.
- `wellmade_proven(template, calls)` asserts that each role allows what is called and no more.
- `wellmade_release(template, name)` asserts that nothing which holds data is replaced since the last release.
- `local_cloud` is an embedded AWS for the session: `local_cloud.deployed(stack)` deploys, see docs/local.md.

`pytest --record-calls FILE` records the AWS calls of the handlers under test, for `wellmade prove`.
"""

import importlib.util
import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wellmade.testing.node_tests import hear_in_node, listening_to_node, with_heard_in_node
from wellmade.testing.recording import Recorder
from wellmade.testing.release import replacements
from wellmade.testing.templates import masked, synthesize

if TYPE_CHECKING:
    from wellmade.testing.cloud import CloudOfTests

Template = dict[str, Any]
_OUTPUT = "wellmade_calls"
"""Under which name workers of xdist hand over what they recorded."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our options; what they set has names of ours, since syrupy has an `update_snapshots`, too."""
    group = parser.getgroup("wellmade")
    group.addoption(
        "--update-snapshots",
        dest="wellmade_update_snapshots",
        action="store_true",
        help="write snapshots anew instead of comparing",
    )
    group.addoption(
        "--update-releases",
        dest="wellmade_update_releases",
        action="store_true",
        help="take the templates as those now deployed",
    )
    group.addoption(
        "--record-calls",
        dest="wellmade_record_calls",
        type=Path,
        metavar="FILE",
        help="write the AWS calls that handlers make",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker of tests whose calls do not count, and record where that was asked for."""
    config.addinivalue_line("markers", "not_deployed(reason): drives a handler as no stack deploys it")
    file: Path | None = config.getoption("--record-calls")
    if file:
        config.pluginmanager.register(_Recording(config, file))


class _Recording:
    """Records from collection on; under xdist each worker does, and the controller writes."""

    def __init__(self, config: pytest.Config, file: Path) -> None:
        self._config = config
        self._file = file
        self._recorder = Recorder(_root(config))
        self._documents: list[dict[str, Any]] = []
        self._listening = ExitStack()
        self._listening.enter_context(self._recorder.recording())
        self._heard_in_node = self._listening.enter_context(listening_to_node())

    @pytest.hookimpl
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Listen only to tests of what is deployed."""
        self._recorder.on = item.get_closest_marker("not_deployed") is None
        hear_in_node(self._heard_in_node if self._recorder.on else None)

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Keep which tests failed."""
        if report.failed:
            self._recorder.failed.add(report.nodeid)

    @pytest.hookimpl
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep which modules could not be collected: under xdist the others run on."""
        self.pytest_runtest_logreport(report)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker of xdist recorded."""
        if found := getattr(node, "workeroutput", {}).get(_OUTPUT):
            self._documents.append(json.loads(found))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Hand over what was recorded, or write it."""
        document = with_heard_in_node(self._recorder.document(), self._heard_in_node, _root(self._config))
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            # As text: xdist hands over plain values alone, and a name may be of a class of the project's own.
            output[_OUTPUT] = json.dumps(document)
        else:
            from wellmade.prove.recordings import merged, packed  # noqa: PLC0415 - needs the extra `tools`

            whole = packed(merged([document, *self._documents]))
            _write(self._file, json.dumps(whole, sort_keys=True) + "\n")

    @pytest.hookimpl
    def pytest_unconfigure(self) -> None:
        """Stop listening."""
        self._listening.close()


def _root(config: pytest.Config) -> Path:
    """Return the project's folder, which pytest looks for from what `--record-calls` names as well.

    In a project without a file for pytest it would be whatever holds both, such as `/` and so nothing.
    """
    is_told = config.inipath or (config.rootpath / "setup.py").exists()
    return config.rootpath if is_told else config.invocation_params.dir


@pytest.fixture(scope="session")
def wellmade_synthesize() -> Callable[..., Template]:
    """Return the template of what a function, such as `lambda stack: …`, defines in an empty stack."""
    return synthesize


@pytest.fixture(scope="session")
def wellmade_snapshot(request: pytest.FixtureRequest) -> Callable[[Template, str], None]:
    """Compare a template with `tests/snapshots/<name>.json`; hashes of assets do not count.

    Review a difference as you would a deployment, and take it over with `--update-snapshots`.
    """
    update: bool = request.config.getoption("--update-snapshots")
    folder = request.config.rootpath / "tests" / "snapshots"

    def compare(template: Template, name: str) -> None:
        file, text = folder / f"{name}.json", masked(template)
        if update:
            _write(file, text)
        known = _read(file, "--update-snapshots")
        if text.splitlines() != known.splitlines():
            assert text.splitlines() == known.splitlines()  # noqa: S101 - lets pytest show the difference

    return compare


@pytest.fixture
def wellmade_no_findings(tmp_path: Path) -> Callable[[Template], None]:
    """Assert that `wellmade check` finds nothing in a template; needs the extra `tools`."""

    def verify(template: Template) -> None:
        from wellmade.check.run import check  # noqa: PLC0415 - needs the extra `tools`
        from wellmade.graph import load  # noqa: PLC0415 - as above

        found = check(load([_written(template, tmp_path)]))
        _none([f"{each.rule}: {each.resource} {each.path} {each.message}" for each in found])

    return verify


@pytest.fixture
def wellmade_proven(tmp_path: Path) -> Callable[[Template, Path], None]:
    """Assert that each role of a template allows exactly what `--record-calls` recorded; needs `tools`."""

    def verify(template: Template, calls: Path) -> None:
        from wellmade.graph import load  # noqa: PLC0415 - needs the extra `tools`
        from wellmade.prove.every import Proofs  # noqa: PLC0415 - as above
        from wellmade.prove.findings import lines_of  # noqa: PLC0415 - as above
        from wellmade.prove.recordings import read  # noqa: PLC0415 - as above

        kinds = Proofs(load([_written(template, tmp_path)]), read(calls)).every().values()
        every = (proof for proofs in kinds for proof in proofs)
        _none([f"{each.workload.logical_id}: {line}" for each in every for line in lines_of(each)])

    return verify


@pytest.fixture(scope="session")
def wellmade_release(request: pytest.FixtureRequest) -> Callable[[Template, str], None]:
    """Assert that no resource with data is deleted or replaced against `tests/releases/<name>.json`.

    After a release, take its templates over with `--update-releases`. Losses that `[upgrade.accepted]` of
    `wellmade.toml` accepts for `<name>/<logical id>` are warnings.
    """
    update: bool = request.config.getoption("--update-releases")
    folder = request.config.rootpath / "tests" / "releases"

    def compare(template: Template, name: str) -> None:
        file = folder / f"{name}.json"
        if update:
            _write(file, masked(template))
        before = json.loads(_read(file, "--update-releases"))
        _none(replacements(before, template, name=name, accepted_in=request.config.rootpath))

    return compare


def _written(template: Template, folder: Path) -> Path:
    file = folder / "template.json"
    file.write_text(json.dumps(template))
    return file


def _none(sentences: list[str]) -> None:
    if sentences:
        pytest.fail("\n".join(sentences), pytrace=False)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def _read(file: Path, option: str) -> str:
    if not file.exists():
        pytest.fail(f"{file} does not exist; write it with {option} and review it", pytrace=False)
    return file.read_text()


@pytest.fixture(scope="session")
def local_cloud(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[CloudOfTests]":
    """Give an embedded AWS for the session, or for each worker of xdist; it ends with it, however that ends.

    Example:
        ```python
        def test_orders_are_kept(local_cloud):
            shop = local_cloud.deployed(ShopStack(cdk.App(), "shop"))
            local_cloud.client("sqs").send_message(QueueUrl=shop.outputs["QueueUrl"], MessageBody="an order")
        ```
    """
    if importlib.util.find_spec("boto3") is None:
        pytest.fail("local_cloud needs boto3 and Node; install them with: pip install 'wellmade[local]'")
    from wellmade.local.server import start  # noqa: PLC0415 - of another extra, and few tests need it
    from wellmade.testing.cloud import CloudOfTests  # noqa: PLC0415 - as above

    folder = tmp_path_factory.mktemp("local-cloud")
    with start(folder, lifetime=timedelta(hours=2), parent=os.getpid()) as cloud:
        yield CloudOfTests(cloud)
