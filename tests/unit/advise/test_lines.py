"""The lines that come out build what was chosen: all of them are executed, and synthesize."""

from itertools import product
from pathlib import Path

import aws_cdk as cdk
import pytest

from tests.unit.advise.test_exercises import FILES, advice_of
from wellmade.advise.lines import _code, _entry, _texts, lines_for

WAITED_FOR = [(None, front) for front in ("http_api", "rest_api", "load_balancer")]
ACCEPTED = list(product(("queue", "fifo", "topic", "bus", "stream"), ("http_api", "rest_api")))
OTHERS = {
    "messages": [(one, "") for one in ("queue", "fifo", "topic", "bus", "stream")],
    "files": [("queue", "presigned")],
    "schedule": [("scheduler", "")],
    "table_changes": [("table_stream", "")],
}


def all_codes() -> dict[str, str]:
    """Return every code that can come out, by what it is about."""
    found: dict[str, str] = {}
    starting: dict[str, list[tuple[str | None, str]]] = {"requests": [*WAITED_FOR, *ACCEPTED]}
    starting |= {start: [*pairs] for start, pairs in OTHERS.items()}
    for kind, (starts, joined) in product(("function", "task"), starting.items()):
        for (messaging, front), data in product(joined, ["", *_texts()["data"]]):
            names = {"front_door": front, "data_store": data} | (
                {"messaging": messaging} if messaging else {}
            )
            entry = _entry(kind, names, starts_with=starts)
            if entry:
                code = _code(kind, entry, names, 20)
                found.setdefault(code, f"{kind} {starts} {messaging or front} {front} {data}".strip())
    return {name: code for code, name in found.items()}


CODES = all_codes()
FEW = [name for name in CODES if name.startswith("function messages queue") and name.endswith("aurora")]


def synthesize(code: str) -> None:
    app = cdk.App()
    exec(code, {"self": cdk.Stack(app, "Example")})
    app.synth()


@pytest.mark.scan
@pytest.mark.parametrize("name", CODES)
def test_every_code_synthesizes(name: str) -> None:
    synthesize(CODES[name])


@pytest.mark.parametrize("name", FEW)
def test_one_code_synthesizes(name: str) -> None:
    synthesize(CODES[name])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_exercises_have_code_or_say_why_not(file: Path) -> None:
    for advice in advice_of(file).values():
        lines = lines_for(advice)
        assert bool(lines.code) != bool(lines.missing)
        assert not lines.code or lines.code in CODES.values() or "reserved_concurrency" in lines.code


def test_there_is_code_for_each_of_the_seven() -> None:
    named = ("clickstream", "global_api", "monolith", "ordered_jobs", "shop", "slow_database", "uploads")
    files = [file for file in FILES if file.stem in named]
    assert len(files) == len(named)
    assert all(lines_for(advice).code for file in files for advice in advice_of(file).values())
