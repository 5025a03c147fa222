"""The fixture `local_cloud`, as its page shows it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.local, pytest.mark.scan]

PAGE = Path(__file__).parents[2] / "docs" / "local.md"


def test_the_example_of_the_page_passes(tmp_path: Path) -> None:
    [example] = re.findall(r"## In tests.*?```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (tmp_path / "test_shop.py").write_text(example)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "2"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "2 passed" in done.stdout, done.stdout + done.stderr
