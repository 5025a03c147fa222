"""A Python that is reached by symbolic links, as those of pyenv and uv are, runs functions all the same."""

import subprocess
import sys
from pathlib import Path

from wellmade.local import extension
from wellmade.local.extension.isolation import links_to, refused, runtimes

CONFINE = Path(extension.__path__[0]) / "confine.py"


def linked(folder: Path) -> Path:
    """Make two links to this Python, one of its folder and one of itself in another folder."""
    python = Path(sys.executable).resolve()
    (folder / "versions").symlink_to(python.parent)
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(Path("..") / "versions" / python.name)
    return folder / "bin" / "python"


def test_each_link_on_the_way_is_named(tmp_path: Path) -> None:
    python = linked(tmp_path)
    assert links_to(str(python))[:2] == [str(python), str(tmp_path / "versions")]
    assert links_to(str(Path(sys.executable).resolve())) == []


def test_a_confined_program_starts_by_links(tmp_path: Path) -> None:
    python, own = str(linked(tmp_path)), tmp_path / "own"
    own.mkdir()
    options = [f"--keep={each}" for each in runtimes()] + [f"--link={each}" for each in links_to(python)]
    options += [f"--no-{each}" for each in ("root", "landlock") if each in refused()]
    options += [f"--own={own}", "--cwd=/"]
    command = [sys.executable, "-I", "-S", str(CONFINE), *options, "--", python, "-S", "-c", "print('runs')"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("runs\n", "")
