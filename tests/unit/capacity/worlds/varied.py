"""Worlds of what people also write: small reservations, long runs, halves of batches, dead-letter queues with a
consumer, events that fail, sources that are not enabled, policies as text. Chosen apart from the solver."""

import random
from dataclasses import replace

from tests.unit.capacity.worlds.spec import Part, World

SHAPES = ("small", "long", "halves", "dead", "events", "stopped", "short calls")


def varied(seed: int) -> World:
    """Return the world of a seed, always the same."""
    chance = random.Random(seed + 7_000_000)  # noqa: S311 - a simulation, no secret
    shape = chance.choice(SHAPES)
    peak, hours = (1.0, 0.0) if chance.random() < 0.6 else (chance.choice([2.0, 4.0]), 0.15)
    first, second = _part(chance, shape), _reader(chance)
    parts = (first, second) if shape == "dead" else (first,)
    dead = (("One", "Two"),) if shape == "dead" else ()
    return World(parts, ("One",), rate=5.0, peak=peak, hours=hours, dead=dead)


def _part(chance: random.Random, shape: str) -> Part:
    pick = chance.choice
    seconds = round(chance.uniform(0.1, 3.0), 2)
    queue = Part(
        "One", seconds=seconds, each=round(chance.uniform(0, 0.1), 2), batch=pick([1, 1, 2, 10]),
        reserved=pick([1, 2, 3, 4]), visibility=pick([30, 60, 180]), receives=pick([2, 3, 5]),
        partial=chance.random() < 0.5, as_text=chance.random() < 0.5,
    )  # fmt: skip
    return replace(queue, **_changes(chance, shape))  # type: ignore[arg-type]


def _changes(chance: random.Random, shape: str) -> dict[str, object]:
    pick = chance.choice
    alone: dict[str, object] = {"batch": 1, "each": 0.0}
    shapes: dict[str, dict[str, object]] = {
        "small": {},
        "long": {"seconds": round(chance.uniform(5, 25), 1), "batch": 1},
        "stopped": {"enabled": False},
        "dead": {"maximum": 4, "reserved": 4, "failures": pick([0.1, 0.3]), "partial": True, "receives": 2},
        "events": alone | {
            "kind": "topic", "reserved": pick([3, 10, None]), "failures": pick([0.0, 0.1, 0.3]),
            "destination": chance.random() < 0.5,
        },
        "short calls": alone | {"kind": "api", "seconds": pick([0.005, 0.02, 0.05])},
        "halves": {
            "kind": "stream", "batch": pick([4, 10, 20]), "reserved": 30, "shards": pick([1, 2]),
            "bisect": chance.random() < 0.7, "partial": False, "failures": pick([0.0, 0.02, 0.1]),
            "poison": pick([0.0, 0.005]), "retries": pick([1, 3]), "destination": chance.random() < 0.8,
        },
    }  # fmt: skip
    return shapes[shape]


def _reader(chance: random.Random) -> Part:
    """What looks at dead letters: slow, and alone."""
    seconds = round(chance.uniform(0.5, 4.0), 1)
    return Part(
        "Two", seconds=seconds, each=0.0, batch=1, reserved=2, maximum=2, visibility=60, receives=None
    )
