import re
import zipfile
from pathlib import Path

import aws_cdk as cdk
import pytest

from wellmade.foundation import PythonFunction, handler_code
from wellmade.foundation.handler_code import bundled_handlers, handler_archive

AARCH64 = 183
"""As ELF numbers processors."""


def names(archive: Path) -> set[str]:
    with zipfile.ZipFile(archive) as bundle:
        return set(bundle.namelist())


def test_archive_holds_package_shared_code_and_dependencies() -> None:
    held = names(handler_archive("tabular_ingest"))
    assert {
        "tabular_ingest/handler.py",
        "wellmade_runtime/batch.py",
        "aws_lambda_powertools/__init__.py",
    } <= held
    assert not [name for name in held if "__pycache__" in name or name.startswith("order_worker/")]


def test_dependencies_stay_within_ten_megabytes() -> None:
    own = {file.name for file in bundled_handlers().iterdir() if file.is_dir()}
    with zipfile.ZipFile(handler_archive("tabular_ingest")) as bundle:
        sizes = [entry.file_size for entry in bundle.infolist() if entry.filename.split("/")[0] not in own]
    assert 0 < sum(sizes) <= 10 * 2**20


def test_libraries_are_built_for_graviton_and_the_runtime() -> None:
    with zipfile.ZipFile(handler_archive("thumbnailer")) as bundle:
        libraries = {name: bundle.read(name) for name in bundle.namelist() if ".so" in name}
    assert len(libraries) > 10
    for name, content in libraries.items():
        assert content[:5] == b"\x7fELF\x02", name
        assert int.from_bytes(content[18:20], "little") == AARCH64, name
    of_a_python = {name.split(".")[1] for name in libraries if ".cpython-" in name}
    assert of_a_python == {"cpython-314-aarch64-linux-gnu"}


def test_what_one_handler_needs_travels_with_no_other() -> None:
    packages = {path.parent.name for path in bundled_handlers().glob("*/handler.py")}
    carriers = {package for package in packages if "PIL/Image.py" in names(handler_archive(package))}
    assert carriers == {"thumbnailer"}
    assert "aws_lambda_powertools/__init__.py" in names(handler_archive("thumbnailer"))


def test_refuses_two_releases_of_one_package(
    own_handler: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WELLMADE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    for folder, release in ((own_handler.parent, "1.0"), (own_handler, "2.0")):
        (folder / "requirements.txt").write_text(f"jmespath=={release} --hash=sha256:{'0' * 64}\n")
    lock = own_handler / "requirements.txt"
    with pytest.raises(ValueError, match=rf"^{re.escape(str(lock))}: its packages could not be installed"):
        handler_archive(own_handler)


def test_same_sources_are_built_once(
    own_handler: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WELLMADE_HOME", str(tmp_path / "home"))
    first = handler_archive(own_handler)
    written = first.stat().st_mtime_ns
    assert handler_archive(own_handler) == first
    assert first.stat().st_mtime_ns == written


def test_changed_sources_are_another_archive(own_handler: Path) -> None:
    first = handler_archive(own_handler)
    (own_handler / "domain.py").write_text("RATE = 2\n")
    assert names(handler_archive(own_handler)) - names(first) == {"my_worker/domain.py"}


def test_bytes_depend_on_contents_only(
    own_handler: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    built = []
    for home in ("one", "two"):
        monkeypatch.setenv("WELLMADE_HOME", str(tmp_path / home))
        built.append(handler_archive(own_handler).read_bytes())
        (own_handler / "handler.py").touch()
    assert built[0] == built[1]


def test_refuses_a_package_that_is_not_there() -> None:
    message = (
        rf"^{re.escape(str(bundled_handlers() / 'nothing'))}: package must be a directory with a handler.py, "
    )
    with pytest.raises(
        ValueError, match=message + r"got 'nothing'; name one of .*tabular_ingest.*, or give "
    ):
        handler_archive("nothing")


def test_refuses_more_than_lambda_takes(
    own_handler: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(handler_code, "UNZIPPED_LIMIT_MB", 1)
    monkeypatch.setenv("WELLMADE_HOME", str(tmp_path / "home"))
    (own_handler / "model.bin").write_bytes(bytes(2 * 2**20))
    with pytest.raises(ValueError, match="must be at most 1 MB unzipped, got 2 MB; leave packages out"):
        handler_archive(own_handler)


def test_refuses_native_packages_over_the_budget_at_synth(
    stack: cdk.Stack, own_handler: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit counts what is installed, here some 25 MB beside a handler of a few lines."""
    monkeypatch.setattr(handler_code, "UNZIPPED_LIMIT_MB", 20)
    shared = bundled_handlers() / "requirements.txt"
    (own_handler.parent / "requirements.txt").write_text(shared.read_text())
    own = bundled_handlers() / "thumbnailer" / "requirements.txt"
    (own_handler / "requirements.txt").write_text(own.read_text())
    with pytest.raises(ValueError, match=r"must be at most 20 MB unzipped, got 2\d MB; leave packages out"):
        PythonFunction(stack, "Worker", package=own_handler)


def test_says_what_could_not_be_installed(
    own_handler: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WELLMADE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    lock = own_handler.parent / "requirements.txt"
    lock.write_text("no-such-package==1.0 --hash=sha256:" + "0" * 64 + "\n")
    with pytest.raises(
        ValueError, match=rf"^{re.escape(str(lock))}: its packages could not be installed \(ERROR"
    ):
        handler_archive(own_handler)
    assert not list((tmp_path / "home").rglob("built"))
