"""What programs share with handlers is one text: their images hold no runtime."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "lambda_src" / "wellmade_runtime"
COPIES = sorted(path for path in (ROOT / "container_src").glob("*/*.py") if (RUNTIME / path.name).is_file())
OWN = {"__init__.py"}


@pytest.mark.parametrize("copy", COPIES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_programs_hold_a_copy_of_what_handlers_import(copy: Path) -> None:
    if copy.name not in OWN:
        assert copy.read_text() == (RUNTIME / copy.name).read_text()


def test_they_share_what_is_hard_to_get_right() -> None:
    assert {path.name for path in COPIES} - OWN == {"cache_login.py", "strict_json.py", "transactions.py"}
