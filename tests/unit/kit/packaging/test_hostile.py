"""Folders that nobody should have, and some that anybody may have by accident: one sentence, and no waiting."""

import os
import re
import socket
from pathlib import Path

import pytest

from tests.unit.kit.packaging.support import HANDLER, built, write
from wellmade.kit.packaging.files import File


def refusal(code: Path) -> str:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - compared as a whole
        built(code)
    return str(refused.value)


def test_a_pipe_is_refused_and_not_waited_for(own: Path) -> None:
    os.mkfifo(own / "pipe")
    assert refusal(own) == (
        f"{own / 'pipe'}: file must be a regular file, got a pipe, a socket or a device; "
        "remove it, or name it in ignore"
    )
    assert built(own, ignore=["pipe"]).handler == "handler.handler"


def test_a_socket_is_refused(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(own)  # addresses of sockets are short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        assert "file must be a regular file" in refusal(own)


def test_a_file_over_the_limit_is_refused_before_it_is_read(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (own / "big").open("wb") as file:
        file.truncate(300 * 2**20)
    monkeypatch.setattr(File, "content", property(_refuse_to_read))
    assert refusal(own).startswith("my_worker: code and packages must be at most 250 MB unzipped, got 300 MB")


def _refuse_to_read(file: File) -> bytes:
    raise AssertionError(f"{file.name} is read")


def test_links_that_lead_in_circles_are_refused(own: Path) -> None:
    (own / "a").mkdir()
    (own / "b").mkdir()
    (own / "a" / "b").symlink_to("../b")
    (own / "b" / "a").symlink_to("../a")
    assert re.match(
        r".*: symbolic link must be a file or folder within the code, got .*/[ab]; ", refusal(own)
    )


def test_a_link_to_itself_is_refused(own: Path) -> None:
    (own / "l").symlink_to("l")
    assert refusal(own) == (
        f"{own / 'l'}: symbolic link must be a file or folder within the code, got l; "
        "remove the link, or name it in ignore"
    )


def test_a_folder_that_two_links_lead_to_travels_twice(own: Path) -> None:
    write(own, {"data/x.csv": "1"})
    for name in ("one", "two"):
        (own / name).symlink_to("data")
    assert built(own).handler == "handler.handler"


def test_a_name_that_is_no_utf_8_is_refused(own: Path) -> None:
    Path(os.fsdecode(os.fsencode(own) + b"/\xff.txt")).write_text("")
    assert re.search(r"file must be named in UTF-8, got '\\udcff.txt'; rename it", refusal(own))


def test_requirements_that_take_each_other_are_refused(own: Path) -> None:
    write(own, {"requirements.txt": "-r more.txt\n", "more.txt": "# more\n-r requirements.txt\n"})
    assert refusal(own) == (
        f"{own / 'more.txt'}:2: requirement must be a file that does not take this one, "
        f"got {own / 'requirements.txt'}; remove the line, or the one that comes back here"
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_requirements_as_windows_saves_them_are_read(own: Path, encoding: str) -> None:
    (own / "requirements.txt").write_bytes("# none\r\n".encode(encoding))
    assert built(own).handler == "handler.handler"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"requirements.txt/x": ""}, "requirements.txt: requirements.txt must be a file, got a folder; "),
        ({"pyproject.toml": "project = 5"}, "pyproject.toml: project must be a table, got 5; "),
        (
            {"pyproject.toml": '[project]\ndependencies = "attrs"'},
            "pyproject.toml: dependencies must be a list of texts, got 'attrs'; ",
        ),
        (
            {"pyproject.toml": '[project]\nname = "x"\ndependencies = ["y"]', "uv.lock": "package = 5"},
            "uv.lock: lock must be of packages with names and sources, got something else; ",
        ),
    ],
)
def test_files_of_another_shape_are_refused(own: Path, files: dict[str, str], said: str) -> None:
    write(own, files)
    assert refusal(own).startswith(f"{own}/{said}")


def test_requirements_that_are_no_text_are_refused(own: Path) -> None:
    (own / "requirements.txt").write_bytes(b"\xe9\n")
    assert refusal(own).startswith(f"{own / 'requirements.txt'}: requirements must be UTF-8, got ")


def test_an_empty_handler_is_refused(own: Path) -> None:
    with pytest.raises(ValueError, match=r"handler must be a module and a function in it, got ''; "):
        built(own, handler="")


def test_code_that_nests_too_deep_is_no_crash(own: Path) -> None:
    write(own, {"deep.py": f"x = {'-' * 100_000}1", "handler.py": f"import deep\n{HANDLER}"})
    assert built(own, python_version="3.14").handler == "handler.handler"
