"""The checkov that `make check` installs, in an environment of its own since its pins clash with ours."""

from pathlib import Path

import pytest

_PYTHON = Path(__file__).parents[1] / ".venv" / "checkov" / "bin" / "python"
CHECKOV = [str(_PYTHON), "-m", "checkov.main"]
"""A command: the script beside it does not run from a folder with a space in its path."""
needs_checkov = pytest.mark.skipif(
    not _PYTHON.exists(), reason=f"{_PYTHON} is not there: `make check` installs it"
)
