"""Every scenario of docs/redrive.md has the test that it names."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
ROW = re.compile(r"^\| ([^|]+) \| `(test_\w+)` \|$", re.MULTILINE)
FOLDERS = ("tests/unit/redrive/*.py", "tests/local/test_redrive_scenes.py")


def test_each_scenario_is_tested() -> None:
    rows = ROW.findall((ROOT / "docs" / "redrive.md").read_text())
    defined = {
        name
        for pattern in FOLDERS
        for file in ROOT.glob(pattern)
        for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)
    }
    assert len(rows) >= 20
    assert {test for _, test in rows} - defined == set()
    assert len({test for _, test in rows}) == len(rows)
