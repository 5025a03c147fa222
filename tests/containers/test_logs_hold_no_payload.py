"""No program writes what was sent into its log; each has a test of it in `test_log.py` of its folder."""

from pathlib import Path

from tests.handlers.marked import MARK

ROOT = Path(__file__).parents[2]
CASES = "test_log.py"


def test_every_program_has_its_marked_requests() -> None:
    programs = {path.parent.name for path in (ROOT / "container_src").glob("*/__main__.py")}
    assert {path.parent.name for path in Path(__file__).parent.glob(f"*/{CASES}")} == programs
    assert MARK.isdigit()
