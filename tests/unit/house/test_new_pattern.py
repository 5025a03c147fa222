"""`make pattern` writes parts that pass as they are: generated into a copy of the tree, and run there."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import copy2

import pytest

pytestmark = pytest.mark.scan  # it runs a linter, a type checker and pytest on a copy of the project

ROOT = Path(__file__).parents[3]
NAME, SNAKE, CONCERN = "InvoiceMailer", "invoice_mailer", "messaging"
LONGEST = 900
"""Seconds that one command may take, on a machine that does other things too."""
GENERATED = (
    f"tests/unit/{CONCERN}/test_{SNAKE}.py",
    f"tests/handlers/{SNAKE}/test_domain.py",
    f"tests/local/test_{SNAKE}.py",
)


def run(folder: Path, *command: str) -> str:
    """Run a command in the copy, which imports what is there and nothing of this tree."""
    roots = [str(folder / root) for root in ("", "constructs", "lambda_src")]
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(roots)},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what git knows of this tree, with a new pattern in it."""
    folder = tmp_path_factory.mktemp("tree")
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for file in files.splitlines():
        if (ROOT / file).is_file():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            copy2(ROOT / file, folder / file)
    run(folder, "docs.new_pattern", NAME, CONCERN)
    return folder


@pytest.mark.parametrize("file", GENERATED)
def test_the_generated_tests_pass(generated: Path, file: str) -> None:
    assert " passed" in run(generated, "pytest", "-q", "-p", "no:cacheprovider", file)


def test_the_generated_parts_are_formatted_and_have_a_page(generated: Path) -> None:
    run(generated, "ruff", "check", "--quiet", ".")
    run(generated, "ruff", "format", "--check", "--quiet", ".")
    assert f"`{NAME}`" in (generated / "docs/patterns/matrix.md").read_text()
    [note] = (generated / "docs" / "changes").glob(f"{SNAKE.replace('_', '-')}.md")
    assert f"New: `{NAME}`" in note.read_text()
    assert f": {NAME}Stack," in (generated / "app.py").read_text()


def test_the_house_takes_the_new_pattern(generated: Path) -> None:
    house = ["tests/unit/house/test_public_constructs.py", "tests/unit/house/test_architecture.py"]
    chosen = ["-k", f"{NAME} or {SNAKE} or small or every_folder"]
    run(generated, "pytest", "-q", "-p", "no:cacheprovider", *house, *chosen)
