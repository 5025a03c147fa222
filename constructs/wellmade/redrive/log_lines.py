"""What a line of a function's log says: of which request it is, and what went wrong.

Understood are JSON lines (Lambda's own format, Powertools, loggers that write a level), Lambda's text lines,
and plain text that speaks of an error. Source: Lambda's page on log formats.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What ids of messages and requests look like."""
_NAMED = re.compile(rf"\bRequestId: ({ID.pattern})")
_TEXT = re.compile(rf"^(?:\[[A-Z]+\]\s+)?\S+Z\s+({ID.pattern})\s+", re.ASCII)
"""How lines of Lambda's loggers begin: a level (Python), a moment and a request."""
_LEVEL = re.compile(r"^(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\t")
_STATUS = re.compile(r"\bStatus: (\w+)(?:\s+Error Type: (\S+))?")
_REQUEST_NAMES = ("requestId", "function_request_id", "aws_request_id", "AWSRequestId")
_LEVELS = frozenset({"error", "critical", "fatal", "severe"})
_WORST = 50
"""From here on the levels that are numbers speak of an error."""
_SPEAKS = re.compile(r"error|exception|timed out", re.IGNORECASE)


def request_of(line: str) -> str | None:
    """Return the request that a line is of, where it says so."""
    if found := _NAMED.search(line) or _TEXT.match(line):
        return found[1]
    whole = _document(line)
    inner = whole.get("record")
    for place in (whole, inner) if isinstance(inner, dict) else (whole,):
        for name in _REQUEST_NAMES:
            if isinstance(named := place.get(name), str):
                return named
    return None


def begins(line: str) -> bool:
    """Tell whether the lines behind this one, in the same stream, are of its request."""
    return line.startswith("START RequestId: ") or _document(line).get("type") == "platform.start"


def failure(line: str) -> str | None:
    """Return what a line says went wrong; None for a line that reports no failure."""
    if (document := _parsed(line)) is not None:
        return _of_line(document) if isinstance(document, dict) else None
    if line.startswith(("START ", "END ", "REPORT ")):
        status = _STATUS.search(line)
        return status and ": ".join(part for part in ("Lambda ended it", *status.groups()) if part)
    said = _LEVEL.sub("", _TEXT.sub("", line)).strip()
    if not _SPEAKS.search(line):
        return None
    start = said.find("{")
    inner = _parsed(said[start:]) if start >= 0 else None
    return plain(inner) if isinstance(inner, dict) else _telling(said)


def plain(value: object) -> str:
    """Return what a logger or a function gave as its message; JSON is read as an error, or as its fields."""
    document = _parsed(value) if isinstance(value, str) else value
    if not isinstance(document, dict):
        return " ".join(str(value).split())
    kind = document.get("errorType") or document.get("name") or document.get("type")
    text = document.get("errorMessage") or document.get("message")
    if text:
        return ": ".join(" ".join(str(part).split()) for part in (kind, plain(text)) if part)
    return ", ".join(f"{name}: {found}" for name, found in document.items() if isinstance(found, str | int))


def _of_line(document: Mapping[str, Any]) -> str | None:
    level = document.get("level")
    bad = level >= _WORST if isinstance(level, int) else str(level).lower() in _LEVELS
    trace = str(document.get("exception") or "").strip()
    if not (bad or trace or "errorType" in document):
        return None
    if trace:
        return trace.splitlines()[-1]
    for name in ("error", "err"):
        if isinstance(document.get(name), dict):
            return plain(document[name]) or None
    if "errorType" in document or "errorMessage" in document:
        return plain(document) or None
    return plain(document.get("message", "")) or None


def _telling(text: str) -> str:
    """Return the line that says what went wrong: the last of a traceback, else the first that tells."""
    lines = text.splitlines()
    if lines[0].startswith("Traceback"):
        return lines[-1].strip()
    return next((line.strip() for line in lines if _SPEAKS.search(line)), lines[0])


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _document(text: str) -> Mapping[str, Any]:
    found = _parsed(text)
    return found if isinstance(found, dict) else {}
