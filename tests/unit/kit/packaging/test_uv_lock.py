"""The packages of `uv.lock`, on the function's target."""

import hashlib
from pathlib import Path

import pytest

from tests.unit.kit.packaging.support import HANDLER, add_wheel, built, names, write

PROJECT = "[project]\nname = 'My.Orders'\nversion = '1'\ndependencies = ['fast[more]']\n"
LOCK = """
version = 1
requires-python = ">=3.12"

[[package]]
name = "my-orders"
version = "1"
source = {{ virtual = "." }}
dependencies = [
  {{ name = "fast", extra = ["more"] }},
  {{ name = "winloop", marker = "sys_platform == 'win32'" }},
  {{ name = "forked", version = "2.0", source = {{ registry = "https://index.example" }}, marker = "python_full_version >= '3.13'" }},
]

[[package]]
name = "fast"
version = "1.0"
source = {{ registry = "https://index.example" }}
dependencies = [{{ name = "deep" }}]
wheels = [{{ url = "https://index.example/fast.whl", hash = "{fast}" }}]

[package.optional-dependencies]
more = [{{ name = "extra-one" }}]
other = [{{ name = "winloop" }}]

[[package]]
name = "deep"
version = "1.0"
source = {{ registry = "https://index.example" }}
dependencies = [{{ name = "fast" }}]
wheels = [{{ url = "https://index.example/deep.whl", hash = "{deep}" }}]

[[package]]
name = "extra-one"
version = "1.0"
source = {{ registry = "https://index.example" }}
wheels = [{{ url = "https://index.example/extra.whl", hash = "{extra_one}" }}]

[[package]]
name = "forked"
version = "1.0"
source = {{ registry = "https://index.example" }}
wheels = []

[[package]]
name = "forked"
version = "2.0"
source = {{ registry = "https://index.example" }}
wheels = [{{ url = "https://index.example/forked.whl", hash = "{forked}" }}]

[[package]]
name = "winloop"
version = "1.0"
source = {{ git = "https://git.example/winloop" }}
"""


def lock(index: Path) -> str:
    wheels = {"fast": "1.0", "deep": "1.0", "extra_one": "1.0", "forked": "2.0"}
    return LOCK.format(
        **{
            name: "sha256:" + hashlib.sha256(add_wheel(index, name, version).read_bytes()).hexdigest()
            for name, version in wheels.items()
        }
    )


def packages(archive: Path) -> set[str]:
    return {name.split(".dist-info")[0] for name in names(archive) if name.endswith(".dist-info/METADATA")}


@pytest.fixture
def project(own: Path) -> Path:
    return write(own, {"handler.py": f"import fast\n{HANDLER}", "pyproject.toml": PROJECT})


def test_pins_what_the_target_needs(project: Path, index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, {"uv.lock": lock(index)})
    assert packages(built(project).archive) == {"fast-1.0", "deep-1.0", "extra_one-1.0", "forked-2.0"}
    assert packages(built(project, python_version="3.12").archive) == {
        "fast-1.0",
        "deep-1.0",
        "extra_one-1.0",
    }
    assert "may change" not in capsys.readouterr().err


def test_a_workspace_has_one_lock_for_its_members(project: Path, index: Path) -> None:
    write(project.parent, {"uv.lock": lock(index)})
    assert "fast-1.0" in packages(built(project).archive)


def test_the_lock_of_another_project_is_not_taken(
    project: Path, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_wheel(index, "fast")
    write(project.parent, {"uv.lock": lock(index).replace('"my-orders"', '"other"')})
    assert packages(built(project).archive) == {"fast-1.0"}
    assert "has no uv.lock" in capsys.readouterr().err


def test_contents_other_than_locked_are_refused(project: Path, index: Path) -> None:
    write(project, {"uv.lock": lock(index)})
    add_wheel(index, "fast", files={"fast/__init__.py": "changed"})
    with pytest.raises(ValueError, match=r"THE HASHES .*; find out why the index has other contents"):
        built(project)


def refusal(code: Path) -> str:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - compared as a whole
        built(code)
    return str(refused.value)


def test_refuses_what_is_from_no_index(project: Path, index: Path) -> None:
    text = lock(index).replace("sys_platform == 'win32'", "sys_platform == 'linux'")
    write(project, {"uv.lock": text})
    assert refusal(project) == (
        f"{project / 'uv.lock'}: lock must be of packages from an index that have wheels, got winloop (git); "
        "build a wheel of it, or put its code into the folder"
    )


def test_refuses_a_lock_that_lacks_a_package(project: Path, index: Path) -> None:
    write(project, {"uv.lock": lock(index).replace('{ name = "deep" }', '{ name = "gone" }')})
    assert refusal(project) == (
        f"{project / 'uv.lock'}: lock must be of one package for each dependency, got 0 of gone; "
        "write it anew: uv lock"
    )


def test_refuses_a_marker_that_it_cannot_judge(project: Path, index: Path) -> None:
    write(project, {"uv.lock": lock(index).replace("sys_platform == 'win32'", "moon == 'full'")})
    assert refusal(project) == (
        f"{project / 'uv.lock'}: lock must be of markers that can be judged, "
        "got the marker \"moon == 'full'\" is not understood; simplify the marker"
    )


def test_refuses_what_is_no_lock(project: Path) -> None:
    write(project, {"uv.lock": "[[package\n"})
    assert refusal(project).startswith(f"{project / 'uv.lock'}: lock must be TOML as uv writes it, got ")
