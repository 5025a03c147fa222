"""What of a folder of code travels to the embedded AWS."""

import io
import os
import zipfile
from pathlib import Path

import pytest

from wellmade.errors import WellmadeError
from wellmade.local.templates.code import packed
from wellmade.local.zipped import zipped


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    for name in ("app.py", "store/package/index.js", ".env", "node_modules/other/index.js"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / "node_modules/package").symlink_to("../store/package")
    (folder / "main.py").symlink_to("app.py")
    (tmp_path / "secret").write_text("a secret")
    return folder


def test_what_a_link_leads_to_travels_in_its_place(code: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(zipped(code))) as bundle:
        found = {name: bundle.read(name) for name in bundle.namelist()}

    assert found["main.py"] == b"app.py"
    assert found["node_modules/package/index.js"] == b"store/package/index.js"
    assert {".env", "node_modules/other/index.js"} <= found.keys()


def test_a_program_stays_one(code: Path) -> None:
    (code / "app.py").chmod(0o755)

    with zipfile.ZipFile(io.BytesIO(zipped(code))) as bundle:
        assert bundle.getinfo("app.py").external_attr >> 16 & 0o111


@pytest.mark.parametrize("goal", ["../secret", "nowhere", "..", "."])
def test_a_link_that_leads_out_or_back_is_refused(code: Path, goal: str) -> None:
    (code / "link").symlink_to(goal)

    for way in (zipped, lambda folder: packed(folder, "Function", {}, {})):
        with pytest.raises(
            WellmadeError, match=rf"^{code}/link: symbolic link must be a file or folder within"
        ):
            way(code)


def test_a_pipe_is_refused_and_not_waited_for(code: Path) -> None:
    os.mkfifo(code / "pipe")

    with pytest.raises(WellmadeError, match=r"a pipe, a socket or a device; remove it$"):
        zipped(code)
