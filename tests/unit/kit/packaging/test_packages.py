"""Which packages travel: of a requirements file, of a project, of a lock; and what is said of them."""

import hashlib
from pathlib import Path

import pytest

from tests.unit.kit.packaging.support import HANDLER, add_wheel, built, names, write
from wellmade.kit.packaging import declared, reached
from wellmade.kit.packaging.target import Architecture

USES_FAST = f"import fast\n{HANDLER}"
USES_RUNTIME = f"from wellmade_runtime.messages import text\nfrom wellmade_runtime.rejections import rejection\n{HANDLER}"


@pytest.fixture(autouse=True)
def _told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was said before."""
    monkeypatch.setattr(declared, "_told", set())
    monkeypatch.setattr(reached, "_told", set())


def pinned(wheel: Path) -> str:
    name, version, *_ = wheel.name.split("-")
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


def refusal(code: Path, architecture: Architecture = "arm64") -> str:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - compared as a whole
        built(code, architecture=architecture)
    return str(refused.value)


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def test_locked_packages_travel_without_a_word_of_warning(
    own: Path, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(own, {"handler.py": USES_FAST, "requirements.txt": pinned(add_wheel(index, "fast"))})
    assert "fast/__init__.py" in names(built(own).archive)
    assert said(capsys) == [f"wellmade: building the packages of {own} once"]


def test_packages_without_hashes_travel_with_a_warning(
    own: Path, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_wheel(index, "slow")
    add_wheel(index, "fast", requires=["slow"])
    write(own, {"handler.py": USES_FAST, "requirements.txt": "fast\n"})
    assert {"fast/__init__.py", "slow/__init__.py"} <= names(built(own).archive)
    assert said(capsys)[0] == (
        f"wellmade: {own / 'requirements.txt'} has packages without hashes, so what is built may change; "
        "pin them: uv pip compile --generate-hashes, or pip-compile --generate-hashes"
    )


def test_a_project_without_a_lock_travels_with_a_warning(
    own: Path, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_wheel(index, "fast")
    project = "[project]\nname = 'mine'\ndependencies = [\"fast>=1\", \"winloop; sys_platform == 'win32'\"]\n"
    write(own, {"handler.py": USES_FAST, "pyproject.toml": project})
    assert "fast/__init__.py" in names(built(own).archive)
    assert said(capsys)[0] == (
        f"wellmade: {own / 'pyproject.toml'} has no uv.lock, so what is built may change; "
        "pin its dependencies: uv lock"
    )


def test_a_project_that_only_configures_tools_asks_for_nothing(own: Path, index: Path) -> None:
    write(own, {"pyproject.toml": "[tool.ruff]\nline-length = 100\n"})
    assert names(built(own).archive) == {"handler.py", "pyproject.toml"}
    assert not list(index.iterdir())


def test_a_requirements_file_beside_a_project_is_taken_and_that_is_said(
    own: Path, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = "[project]\nname = 'mine'\ndependencies = ['slow']\n"
    listed = pinned(add_wheel(index, "fast"))
    write(own, {"handler.py": USES_FAST, "pyproject.toml": project, "requirements.txt": listed})
    assert "slow/__init__.py" not in names(built(own).archive)
    assert said(capsys)[0] == (
        f"wellmade: {own / 'requirements.txt'} is taken, "
        "and the dependencies of pyproject.toml beside it are not"
    )


def test_files_name_others_and_markers_are_judged_for_the_function(own: Path, index: Path) -> None:
    arm, intel = (add_wheel(index, name, tag=f"py3-none-manylinux2014_{machine}") for name, machine in
                  (("arm", "aarch64"), ("intel", "x86_64")))  # fmt: skip
    more = f"arm==1.0 ; platform_machine == 'aarch64' \\\n  {pinned(arm).split()[1]}\n"
    more += f"intel==1.0 ; platform_machine == 'x86_64' {pinned(intel).split()[1]}\n"
    listed = f"# ours\n{pinned(add_wheel(index, 'fast'))}  # pinned\n-r more.txt\n"
    write(own, {"handler.py": USES_FAST, "requirements.txt": listed, "more.txt": more})
    for architecture, name, other in (("arm64", "arm", "intel"), ("x86_64", "intel", "arm")):
        held = names(built(own, architecture=architecture).archive)  # type: ignore[arg-type] # of a tuple of text
        assert f"{name}/__init__.py" in held
        assert f"{other}/__init__.py" not in held


def test_a_constraint_bounds_and_its_change_is_another_build(own: Path, index: Path) -> None:
    for version in ("1.0", "2.0"):
        add_wheel(index, "fast", version)
    write(
        own, {"handler.py": USES_FAST, "requirements.txt": "fast\n-c bounds.txt\n", "bounds.txt": "fast<2\n"}
    )
    assert "fast-1.0.dist-info/METADATA" in names(built(own).archive)
    write(own, {"bounds.txt": "fast>1\n"})
    assert "fast-2.0.dist-info/METADATA" in names(built(own).archive)


@pytest.mark.parametrize("line", ["-e .", "./libs/fast", "../fast", "git+https://example.com/fast", "file:///x",
                                  "fast @ git+https://example.com/fast"])  # fmt: skip
def test_what_would_run_while_it_is_installed_is_refused(own: Path, line: str) -> None:
    write(own, {"requirements.txt": f"\n{line}\n"})
    assert refusal(own) == (
        f"{own / 'requirements.txt'}:2: requirement must be a package from an index, or the URL of a wheel, "
        f"got {line!r}; build a wheel of it, or put its code into the folder"
    )


def test_a_marker_that_cannot_be_judged_is_refused(own: Path) -> None:
    write(own, {"requirements.txt": "fast ; moon == 'full'\n"})
    assert refusal(own) == (
        f"{own / 'requirements.txt'}:1: requirement must be one whose marker can be judged, "
        "got the marker \"moon == 'full'\" is not understood; simplify it"
    )


def test_a_file_that_is_named_and_not_there_is_refused(own: Path) -> None:
    write(own, {"requirements.txt": "-r gone.txt\n"})
    assert refusal(own) == (
        f"{own / 'requirements.txt'}:1: requirement must be a file that exists, got {own / 'gone.txt'}; "
        "correct the path"
    )


def test_a_project_that_is_no_toml_is_refused(own: Path) -> None:
    write(own, {"pyproject.toml": "[project\n"})
    assert refusal(own).startswith(f"{own / 'pyproject.toml'}: pyproject.toml must be TOML, got ")


@pytest.mark.usefixtures("index")
def test_says_what_could_not_be_installed(own: Path, tmp_path: Path) -> None:
    write(own, {"requirements.txt": f"no-such-package==1.0 --hash=sha256:{'0' * 64}\n"})
    assert refusal(own) == (
        f"{own}: its packages could not be installed "
        "(ERROR: No matching distribution found for no-such-package==1.0); "
        "connect once to a package index that has a wheel of each for Python 3.14 on arm64, "
        "later builds work offline"
    )
    assert not list((tmp_path / "home").rglob("built"))


def test_refuses_two_releases_of_one_package(own: Path, index: Path) -> None:
    lines = [pinned(add_wheel(index, "fast", version)) for version in ("1.0", "2.0")]
    write(own, {"requirements.txt": "".join(lines)})
    assert refusal(own) == (
        f"{own}: its packages could not be installed (ERROR: Cannot install fast==1.0 and fast==2.0 because "
        "these package versions have conflicting dependencies.); "
        "pin one release of each package, those that wellmade_runtime imports in requirements.txt too"
    )


def test_a_lock_for_another_target_is_refused(own: Path, index: Path) -> None:
    fast = add_wheel(index, "fast", requires=["slow ; platform_machine == 'x86_64'"])
    write(own, {"handler.py": USES_FAST, "requirements.txt": pinned(fast)})
    assert "fast/__init__.py" in names(built(own).archive)
    assert refusal(own, "x86_64") == (
        f"{own}: packages must be complete for Python 3.14 on x86_64, got fast without slow; "
        "add slow to them, or lock them for this target"
    )


def test_packages_of_the_lambda_runtime_complete_others(own: Path, index: Path) -> None:
    fast = add_wheel(index, "fast", requires=["botocore>=1", "six ; extra == 'more'"])
    write(own, {"handler.py": USES_FAST, "requirements.txt": pinned(fast)})
    assert "botocore/__init__.py" not in names(built(own).archive)


POWERTOOLS = {"aws_lambda_powertools/__init__.py": "class Logger: ...\n"}


def test_the_packages_of_the_runtime_are_those_that_the_user_pins(own: Path, index: Path) -> None:
    wheel = add_wheel(index, "aws_lambda_powertools", "3.99", files=POWERTOOLS)
    write(own, {"handler.py": USES_RUNTIME, "requirements.txt": pinned(wheel)})
    assert "aws_lambda_powertools-3.99.dist-info/METADATA" in names(built(own).archive)


def test_beside_packages_without_hashes_those_of_the_runtime_suit_both(own: Path, index: Path) -> None:
    for version in ("3.36", "3.40", "4.0"):
        add_wheel(index, "aws_lambda_powertools", version, files=POWERTOOLS)
    add_wheel(index, "fast", requires=["aws_lambda_powertools<3.50"])
    write(own, {"handler.py": USES_RUNTIME, "requirements.txt": "fast\n"})
    assert "aws_lambda_powertools-3.40.dist-info/METADATA" in names(built(own).archive)
