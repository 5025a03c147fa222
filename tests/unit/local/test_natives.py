"""What was built for Lambda's processor runs on this one, as the same release."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.unit.kit.packaging.support import built as archive_of
from wellmade.local.assembly import Stack
from wellmade.local.natives import for_this_machine, rebuild

AARCH64_LIBRARY = b"\x7fELF\x02\x01\x01" + bytes(11) + (183).to_bytes(2, "little") + bytes(100)


def archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        for name, content in files.items():
            bundle.writestr(name, content)
    return buffer.getvalue()


def package(name: str, root: str = "") -> dict[str, bytes]:
    """A package with a library for another processor, as pip installs it."""
    about = f"{root}{name}-1.0.dist-info"
    files = {f"{name}/__init__.py": b"", f"{name}/_fast.cpython-314-aarch64-linux-gnu.so": AARCH64_LIBRARY}
    record = "".join(f"{file},,\n" for file in files).encode()
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode()
    return {
        **{root + file: content for file, content in files.items()},
        f"{about}/METADATA": metadata,
        f"{about}/RECORD": record,
    }


def run(code: str, path: Path) -> str:
    command = [sys.executable, "-S", "-c", f"import sys; sys.path.insert(0, {str(path)!r}); {code}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The thumbnailer's archive as the embedded AWS runs it, unpacked."""
    folder = tmp_path_factory.mktemp("built")
    content = for_this_machine(archive_of("thumbnailer").archive.read_bytes())
    zipfile.ZipFile(io.BytesIO(content)).extractall(folder)
    return folder


def test_the_same_release_runs_here(built: Path) -> None:
    code = "from PIL import Image, _imaging; print(Image.__version__, Image.new('L', (2, 2)).size)"
    lock = (built / "thumbnailer" / "requirements.txt").read_text()
    release = run(code, built).split()[0]
    assert f"pillow=={release} " in lock


def test_nothing_of_the_other_processor_is_left_and_nothing_else_is_changed(built: Path) -> None:
    with zipfile.ZipFile(archive_of("thumbnailer").archive) as bundle:
        ours = {n: bundle.read(n) for n in bundle.namelist() if not n.lower().startswith(("pil/", "pillow"))}
    assert {name: (built / name).read_bytes() for name in ours} == ours
    libraries = [path for path in built.rglob("*") if ".so" in path.name]
    own = Path(sys.executable).resolve().read_bytes()[18:20]
    assert {path.read_bytes()[18:20] for path in libraries} == {own}


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", archive({"handler.py": b"pass"}), archive({"lib/libfast.so": AARCH64_LIBRARY})],
    ids=["nothing", "a template", "Python alone", "a library of no package"],
)
def test_the_rest_is_not_touched(content: bytes) -> None:
    assert for_this_machine(content) is content


def test_handlers_without_libraries_are_not_touched() -> None:
    content = archive_of("tabular_ingest").archive.read_bytes()
    assert for_this_machine(content) is content


def test_a_package_that_has_no_build_for_here_stays_and_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WELLMADE_HOME", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    content = archive(package("nowhere"))
    assert for_this_machine(content) is content
    said = " ".join(capsys.readouterr().err.split())
    assert "nowhere==1.0 stays as it was built for Lambda, so importing it fails here" in said


@pytest.fixture
def at_hand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A package index that has the package for this machine."""
    monkeypatch.setenv("WELLMADE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    (tmp_path / "index").mkdir()
    wheel = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    metadata = "Metadata-Version: 2.1\nName: fast\nVersion: 1.0\n"
    files = {"fast/__init__.py": "", "fast/here.py": "", "fast-1.0.dist-info/METADATA": metadata}
    files |= {"fast-1.0.dist-info/WHEEL": wheel}
    record = "".join(f"{name},,\n" for name in [*files, "fast-1.0.dist-info/RECORD"])
    content = archive(
        {name: text.encode() for name, text in (files | {"fast-1.0.dist-info/RECORD": record}).items()}
    )
    (tmp_path / "index" / "fast-1.0-py3-none-any.whl").write_bytes(content)


@pytest.mark.usefixtures("at_hand")
@pytest.mark.parametrize("root", ["", "python/"], ids=["a function", "a layer"])
def test_packages_are_replaced_where_they_are(root: str) -> None:
    content = for_this_machine(archive({"handler.py": b"pass", **package("fast", root)}))
    names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    assert {"handler.py", f"{root}fast/here.py"} <= names
    assert not [name for name in names if name.endswith(".so")]


@pytest.mark.usefixtures("at_hand")
def test_an_assembly_of_ours_is_rebuilt_in_place(tmp_path: Path) -> None:
    out = tmp_path / "cdk.out"
    (out / "asset.folder").mkdir(parents=True)
    zipfile.ZipFile(io.BytesIO(archive(package("fast")))).extractall(out / "asset.folder")
    (out / "asset.zip").write_bytes(archive(package("fast")))
    (out / "template.json").write_text("{}")
    (out / "assets.json").write_text(json.dumps({"files": dict(map(listed, FILES))}))
    rebuild([Stack("stack", out / "template.json", out / "assets.json", {}, {})])
    assert (out / "asset.folder" / "fast" / "here.py").exists()
    assert not list((out / "asset.folder").rglob("*.so"))
    assert "fast/here.py" in zipfile.ZipFile(out / "asset.zip").namelist()
    assert (out / "template.json").read_text() == "{}"


FILES = [("asset.folder", "zip"), ("asset.zip", "file"), ("template.json", "file")]


def listed(file: tuple[str, str]) -> tuple[str, object]:
    path, packaging = file
    destination = {"bucketName": "assets", "objectKey": path}
    return path, {"source": {"path": path, "packaging": packaging}, "destinations": {"here": destination}}
