"""The lines that come out build what was chosen: all of them are executed, and synthesize."""

import random
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path

import aws_cdk as cdk
import pytest

from tests.unit.advise.test_exercises import FILES, advice_of
from wellmade.advise import Advice, advise
from wellmade.advise.entries import entry_for
from wellmade.advise.fields import BY_NAME, Value
from wellmade.advise.line_texts import Size, size_of, texts
from wellmade.advise.lines import _code, lines_for
from wellmade.advise.workload import of_answers
from wellmade.check.rule import Severity
from wellmade.check.run import check
from wellmade.errors import WellmadeError
from wellmade.graph import load

FRONTS = ("http_api", "rest_api", "load_balancer", "websocket_api")
CHANNELS = ("queue", "fifo", "topic", "bus", "stream")
STARTS: dict[str, list[tuple[str | None, str]]] = {
    "requests": [*((None, front) for front in FRONTS), *product(CHANNELS, FRONTS)],
    "messages": [(one, "") for one in CHANNELS],
    "files": [("queue", "presigned"), ("bus", "presigned"), ("topic", "presigned")],
    "schedule": [("scheduler", "")],
    "table_changes": [("table_stream", "")],
}
WITH_EACH_DATA = (None, "queue", "stream")
"""The ways to start that meet each store; what the others are made of does not depend on it."""
KINDS = ("function", "task", "managed", "instances", "pods")
WORKLOAD = of_answers("some", {"memory": 4000.0})


def all_codes() -> dict[str, str]:
    """Return the codes that can come out, by what they are about.

    Each store meets each front door and each kind of compute, not each pair of them.
    """
    found: dict[str, str] = {}
    for (turn, kind), (starts, joined) in product(enumerate(KINDS), STARTS.items()):
        for (messaging, front), (place, data) in product(joined, enumerate(["", *texts()["data"]])):
            if data and messaging not in WITH_EACH_DATA:
                continue
            if data and front in FRONTS and front != FRONTS[(turn + place) % len(FRONTS)]:
                continue
            names = {"front_door": front, "data_store": data} | (
                {"messaging": messaging} if messaging else {}
            )
            entry = entry_for(kind, names, starts)
            if entry:
                code = _code(entry, names, WORKLOAD)
                found.setdefault(code, f"{kind} {starts} {messaging or front} {front} {data}".strip())
    return {name: code for code, name in found.items()}


CODES = all_codes()
FEW = [name for name in CODES if name.endswith("messages queue  aurora")]


def synthesize(code: str) -> None:
    app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
    exec(code, {"self": cdk.Stack(app, "Example")})
    found = check(load([Path(app.synth().directory)]))
    assert [one for one in found if one.severity is Severity.ERROR] == []


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
        if lines.code:
            synthesize(lines.code)


def test_changes_of_a_table_reach_the_stream_that_several_read() -> None:
    given: dict[str, Value] = {"starts_with": "table_changes", "consumers": 3.0, "ordering": "by_key"}
    code = lines_for(advise(of_answers("changes", given), "us-east-1")).code
    assert "KinesisStreamSpecification" in code
    synthesize(code)


def test_there_is_code_for_each_of_the_seven() -> None:
    named = ("clickstream", "global_api", "monolith", "ordered_jobs", "shop", "slow_database", "uploads")
    files = [file for file in FILES if file.stem in named]
    assert len(files) == len(named)
    assert all(lines_for(advice).code for file in files for advice in advice_of(file).values())


def test_every_way_that_can_be_chosen_has_code() -> None:
    """Of workloads at random, all that are not refused have lines, whatever their parts."""
    without = {lines.missing for lines in map(lines_for, some(300)) if not lines.code}
    assert {one for one in without if not one.startswith("nothing to build")} == set()


def some(count: int) -> Iterator[Advice]:
    """Yield advice for workloads at random, always the same."""
    chance = random.Random(18)  # noqa: S311 - no secret
    while count:
        with suppress(WellmadeError):
            yield advise(of_answers("some", answers(chance)), "us-east-1")
            count -= 1


def answers(chance: random.Random) -> dict[str, Value]:
    """Return answers, of which some contradict each other."""
    given: dict[str, Value] = {"starts_with": chance.choice(BY_NAME["starts_with"].choices)}
    numbers = {
        "duration": 10 ** chance.uniform(-2, 4.5),
        "memory": 10 ** chance.uniform(2, 5),
        "downstream": 9.0,
        "consumers": float(chance.randint(1, 3)),
        "size": 10 ** chance.uniform(0, 4),
        "latency": None,
    }
    chosen = {name: chance.choice(field.choices) for name, field in BY_NAME.items() if field.choices}
    flags = {name: True for name, field in BY_NAME.items() if field.is_flag}
    for name, value in (numbers | chosen | flags).items():
        if name not in given and chance.random() < 0.35:
            given[name] = value
    return given


@pytest.mark.parametrize(
    ("memory", "instance"), [(8000.0, "g6.xlarge"), (32000.0, "g6.4xlarge"), (500_000.0, "g6.48xlarge")]
)
def test_an_instance_with_a_gpu_has_the_memory_that_one_takes(memory: float, instance: str) -> None:
    assert size_of(memory, gpu=True) == Size(instance, "GPU", int(memory))


def test_a_balancer_within_the_network_is_said_to_be_one() -> None:
    internal = [one for group in texts().values() for one in group.values() if "public=False" in one]
    assert internal
    assert all("addresses that its cost has already" in one for one in internal)
