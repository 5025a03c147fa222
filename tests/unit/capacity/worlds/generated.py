"""Worlds made from a seed: sources, consumers, failures, batches, peaks and alarms of every kind."""

import random
from dataclasses import replace

from tests.unit.capacity.worlds.spec import Kind, Part, World


def generated(seed: int) -> World:
    """Return the world of a seed, always the same."""
    chance = random.Random(seed)  # noqa: S311 - a simulation, no secret
    kind: Kind = chance.choice(
        ["queue", "queue", "queue", "stream", "stream", "api", "topic", "fifo", "tasks"]
    )
    first = _part(chance, "One", kind)
    parts, links, entries, rivals = [first], [], ["One"], []
    shape = chance.random()
    pool = 1000
    if shape < 0.25 and kind != "tasks":
        parts.append(_part(chance, "Two", chance.choice(["queue", "stream"])))
        links.append(("One", "Two", chance.choice([0.5, 1.0, 2.0])))
    elif shape < 0.35 and kind == "queue":
        rival = replace(_part(chance, "Two", "queue"), failures=0.0)
        parts = [replace(first, failures=0.0, poison=0.0), rival]
        rivals.append(("Two", "One"))
    elif shape < 0.45 and kind in ("queue", "topic"):
        # Two functions share the pool of a small account.
        pool = chance.choice([20, 40])
        second = _part(chance, "Two", kind)
        parts = [
            replace(one, reserved=None, maximum=pool // 2 if kind == "queue" else None)
            for one in (first, second)
        ]
        entries.append("Two")
    peak, hours = (1.0, 0.0) if chance.random() < 0.45 else (chance.choice([2.0, 4.0, 8.0]), 0.15)
    return World(tuple(parts), tuple(entries), tuple(links), 5.0, peak, hours, pool, tuple(rivals))


def _part(chance: random.Random, name: str, kind: Kind) -> Part:
    pick = chance.choice
    reserved = pick([3, 5, 8, 15])
    part = Part(
        name, kind, seconds=round(chance.uniform(0.05, 2.0), 2), each=round(chance.uniform(0.0, 0.2), 2),
        batch=pick([1, 2, 5, 10]), reserved=reserved, visibility=pick([60, 120, 360]),
        call_limit=pick([None, None, None, 15.0]), units=pick([None, None, None, 20]),
        connections=pick([None, None, None, 4]),
    )  # fmt: skip
    if kind in ("queue", "fifo"):
        exposed = kind == "queue" and chance.random() < 0.2
        part = replace(
            part, maximum=None if exposed else reserved, failures=pick([0.0, 0.0, 0.0, 0.1]),
            partial=chance.random() < 0.7, receives=pick([3, 5]), window=pick([0.0, 0.0, 2.0]),
            alarm_age=pick([None, None, (60.0, 1), (120.0, 3)]), alarm_depth=pick([None, None, (400.0, 2)]),
        )  # fmt: skip
    if kind == "fifo":
        return replace(part, batch=1, groups=pick([3, 10]), maximum=reserved, reserved=reserved, window=0.0)
    if kind == "stream":
        retries = pick([-1, 2])
        return replace(
            part, shards=pick([1, 2, 4]), parallel=pick([1, 2]), retries=retries, partial=chance.random() < 0.5,
            failures=pick([0.0, 0.0, 0.05]), most_age=pick([None, None, 120.0]), reserved=30,
            poison=pick([0.0, 0.0, 0.0, 0.002]),
        )  # fmt: skip
    if kind == "api":
        return replace(part, batch=1, each=0.0, throttle=pick([None, 20.0]))
    if kind == "topic":
        return replace(part, batch=1, each=0.0, most_age=pick([None, 120.0]))
    if kind == "tasks":
        steps = pick([(), ((50.0, 2), (300.0, 5))])
        return replace(
            part, batch=1, each=0.0, reserved=None, call_limit=None, units=None, connections=None,
            least=pick([0, 1]), most=pick([6, 12]), steps=steps, per_task=None if steps else pick([10.0, 40.0]),
            receives=5, failures=0.0,
        )  # fmt: skip
    return part
