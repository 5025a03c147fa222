"""What is in an archive, and that the same is built the same, once."""

import json
import subprocess
import sys
import zipfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import aws_cdk as cdk
import pytest

from tests.unit.kit.packaging.support import HANDLER, add_wheel, built, names, write
from wellmade.foundation import PythonFunction
from wellmade.kit.packaging import archive, bundled_handlers
from wellmade.kit.packaging.target import Architecture

AARCH64, X86_64 = 183, 62
"""As ELF numbers processors."""


def test_a_bundled_archive_holds_package_runtime_and_dependencies() -> None:
    result = built("tabular_ingest")
    held = names(result.archive)
    assert result.handler == "tabular_ingest.handler.handler"
    assert {
        "tabular_ingest/handler.py",
        "wellmade_runtime/batch.py",
        "aws_lambda_powertools/__init__.py",
    } <= held
    assert not [name for name in held if "__pycache__" in name or name.startswith("order_worker/")]


def test_of_the_runtime_what_is_imported_travels_and_no_more() -> None:
    held = {name for name in names(built("order_worker").archive) if name.startswith("wellmade_runtime/")}
    assert held == {
        f"wellmade_runtime/{module}.py"
        for module in (
            *("__init__", "batch", "clients", "idempotency", "idempotent_batch", "idempotent_work"),
            *("messages", "strict_json", "transactions", "variables"),
        )
    }


@pytest.mark.parametrize("name", sorted(path.parent.name for path in bundled_handlers().glob("*/handler.py")))
def test_every_bundled_handler_is_complete_with_the_packages_that_it_imports(name: str) -> None:
    held = names(built(name).archive)
    carriers = {"PIL": {"thumbnailer"}, "fastjsonschema": EVENT_HANDLERS}
    for package, handlers in carriers.items():
        assert (f"{package}/__init__.py" in held) is (name in handlers)


EVENT_HANDLERS = {"order_intake", "order_notifier", "product_catalog", "sales_figures", "stock_demand"}
"""Those that check contracts."""


def test_dependencies_stay_within_ten_megabytes() -> None:
    own = {file.name for file in bundled_handlers().iterdir() if file.is_dir()}
    with zipfile.ZipFile(built("tabular_ingest").archive) as bundle:
        sizes = [entry.file_size for entry in bundle.infolist() if entry.filename.split("/")[0] not in own]
    assert 0 < sum(sizes) <= 10 * 2**20


@pytest.mark.parametrize(
    ("architecture", "processor", "python_version", "suffix"),
    [
        ("arm64", AARCH64, "3.14", "cpython-314-aarch64-linux-gnu"),
        ("x86_64", X86_64, "3.13", "cpython-313-x86_64-linux-gnu"),
    ],
)
def test_libraries_are_built_for_what_the_function_has(
    architecture: Architecture, processor: int, python_version: str, suffix: str
) -> None:
    result = built("thumbnailer", architecture=architecture, python_version=python_version)
    with zipfile.ZipFile(result.archive) as bundle:
        libraries = {name: bundle.read(name) for name in bundle.namelist() if ".so" in name}
    assert len(libraries) > 10
    for name, content in libraries.items():
        assert content[:5] == b"\x7fELF\x02", name
        assert int.from_bytes(content[18:20], "little") == processor, name
    assert {name.split(".")[1] for name in libraries if ".cpython-" in name} == {suffix}


def test_a_foreign_layout_imports_the_runtime_and_runs(orders: Path, tmp_path: Path) -> None:
    """From the built archive alone, by this interpreter, with the SDK that the Lambda runtime has."""
    write(
        orders,
        {
            "app.py": FOREIGN,
            "steps/__init__.py": "",
            "steps/work.py": "def work(record):\n    assert record.body != 'poison'\n",
        },
    )
    result = built(orders, handler="app.lambda_handler")
    assert result.handler == "app.lambda_handler"
    held = names(result.archive)
    assert {
        "app.py",
        "steps/work.py",
        "wellmade_runtime/batch.py",
        "aws_lambda_powertools/__init__.py",
    } <= held
    assert "wellmade_runtime/compensation.py" not in held
    assert "fastjsonschema/__init__.py" not in held
    zipfile.ZipFile(result.archive).extractall(tmp_path / "task")
    records: list[dict[str, object]] = [
        {"messageId": body, "eventSource": "aws:sqs", "body": body, "attributes": {}}
        for body in ("good", "poison")
    ]
    code = f"import json, app; print(json.dumps(app.lambda_handler({{'Records': {records!r}}}, None)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path / "task",
        env={"PYTHONPATH": str(tmp_path / "task"), "POWERTOOLS_SERVICE_NAME": "orders"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout.splitlines()[-1]) == {"batchItemFailures": [{"itemIdentifier": "poison"}]}


FOREIGN = """
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from steps.work import work
from wellmade_runtime.batch import ConcurrentBatchProcessor

logger = Logger()


def lambda_handler(event, context):
    return process_partial_response(event, work, ConcurrentBatchProcessor(logger=logger), context)
"""


def test_what_imports_nothing_of_the_runtime_carries_nothing_of_it(own: Path, index: Path) -> None:
    assert names(built(own).archive) == {"handler.py"}
    assert not list(index.iterdir())


def test_same_sources_are_built_once(own: Path, index: Path) -> None:  # noqa: ARG001 - an empty home
    first = built(own)
    written = first.archive.stat().st_mtime_ns
    assert built(own) == first
    assert first.archive.stat().st_mtime_ns == written


def test_an_archive_that_was_deleted_is_built_again(own: Path, index: Path) -> None:  # noqa: ARG001 - as above
    first = built(own)
    first.archive.unlink()
    assert built(own).archive.exists()


def test_changed_sources_are_another_archive(own: Path) -> None:
    first = built(own)
    (own / "domain.py").write_text("RATE = 2\n")
    assert names(built(own).archive) - names(first.archive) == {"domain.py"}


def test_once_built_neither_index_nor_pip_is_needed(
    own: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_wheel(index, "fast")
    write(own, {"handler.py": f"import fast\n{HANDLER}", "requirements.txt": "fast==1.0\n"})
    first = built(own)
    monkeypatch.setattr(subprocess, "run", None)
    assert built(own) == first


def test_bytes_depend_on_contents_only(
    own: Path, index: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    add_wheel(index, "fast", files={"fast.py": "", "fast-1.0.data/scripts/fast": "#!python\n"})
    write(own, {"handler.py": f"import fast\n{HANDLER}", "requirements.txt": "fast==1.0\n"})
    results = []
    for home in ("one", "a/much/longer/name"):
        monkeypatch.setenv("WELLMADE_HOME", str(tmp_path / home))
        results.append(built(own).archive)
        (own / "handler.py").touch()
    assert results[0].name == results[1].name
    assert results[0].read_bytes() == results[1].read_bytes()
    assert not [name for name in names(results[0]) if name.startswith("bin/")]


def test_processes_that_build_at_once_get_the_same(own: Path, index: Path) -> None:
    add_wheel(index, "fast")
    write(own, {"handler.py": f"import fast\n{HANDLER}", "requirements.txt": "fast==1.0\n"})
    with ProcessPoolExecutor(2) as pool:
        archives = set(pool.map(partial(_archive, own), range(2)))
    assert len(archives) == 1
    assert "fast/__init__.py" in names(archives.pop())


def _archive(code: Path, _: int) -> Path:
    return built(code).archive


def test_refuses_more_than_lambda_takes(own: Path, monkeypatch: pytest.MonkeyPatch, index: Path) -> None:  # noqa: ARG001 - an empty home
    monkeypatch.setattr(archive, "UNZIPPED_LIMIT_MB", 1)
    (own / "model.bin").write_bytes(bytes(2 * 2**20))
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - compared as a whole
        built(own)
    assert str(refused.value) == (
        "my_worker: code and packages must be at most 1 MB unzipped, got 2 MB; "
        "leave packages out, name files in ignore, or run a container"
    )


def test_refuses_native_packages_over_the_budget_at_synth(
    stack: cdk.Stack, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit counts what is installed, here some 20 MB beside a handler of a few lines."""
    monkeypatch.setattr(archive, "UNZIPPED_LIMIT_MB", 10)
    lock = bundled_handlers() / "thumbnailer" / "requirements.txt"
    (own / "requirements.txt").write_text(lock.read_text())
    with pytest.raises(ValueError, match=r"must be at most 10 MB unzipped, got 2\d MB; leave packages out"):
        PythonFunction(stack, "Worker", code=own)
