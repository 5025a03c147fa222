"""actionlint and zizmor over one workflow file."""

import subprocess
from pathlib import Path

LINTERS = {
    "actionlint": ["actionlint", "-no-color"],
    "zizmor": ["zizmor", "--offline", "--no-progress", "--persona", "auditor"],
}


def found(linter: str, file: Path) -> tuple[int, str]:
    """Return the exit code of a linter and what it said of a file."""
    done = subprocess.run([*LINTERS[linter], str(file)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr
