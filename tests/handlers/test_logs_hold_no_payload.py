"""No handler writes what was sent into its log: cut off, of a wrong kind, or contradicting what is kept.

Each handler that travels with the library has a case, in `tests.handlers.marked_cases`; one without fails.
"""

import logging
from pathlib import Path

import pytest

from tests.handlers.marked import MARK, listening
from tests.handlers.marked_cases import CASES

HANDLERS = sorted(
    path.parent.name for path in (Path(__file__).resolve().parents[2] / "lambda_src").glob("*/handler.py")
)


def test_every_handler_has_a_case() -> None:
    assert sorted(CASES) == HANDLERS, "add a case of the new handler to tests/handlers/marked_cases.py"


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_log_holds_no_payload(
    name: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    case = CASES[name]
    handler = case.handler(request)
    assert handler.__name__ == f"{name}.handler"
    own: logging.Logger = handler.logger._logger
    with listening(logging.getLogger(), own) as said:
        handler.logger.info("a line", extra={"seen": "by this test"})
        case.send(handler)
    assert any("by this test" in line for line in said)
    captured = capsys.readouterr()
    lines = [*said, *captured.out.splitlines(), *captured.err.splitlines()]
    assert [line for line in lines if MARK in line] == []
