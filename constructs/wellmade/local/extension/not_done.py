"""Addition: what was accepted and not done is written down, where `local logs` and `local status` look."""

import logging
import re

from ministack.core.responses import request_scope

from .log_groups import write_line

GROUP = "/wellmade/not-done"
_HOME = ("000000000000", "us-east-1")
_SAYS_SO = re.compile(
    r"unsupported|not supported|not simulated|not implemented|no stub|not delivered|not found|refused|"
    r"dispatch error|delivery (?:error|failed)|invalid target|holding \d+ record",
    re.IGNORECASE,
)
"""How MiniStack's own warnings say that something was not done."""


def apply() -> None:
    """Listen to MiniStack's warnings."""
    logging.getLogger().addHandler(_Listener(level=logging.WARNING))


def dropped(what: str) -> None:
    """Write down that something was accepted and not done."""
    with request_scope(*_HOME):
        write_line(GROUP, "dropped", what)


class _Listener(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        if record.name != "wellmade" and _SAYS_SO.search(said):
            dropped(f"{record.name}: {said}")
