"""The answers about one workload, read from a file, with what was assumed for those that it leaves out."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from wellmade.advise.fields import BY_NAME, FIELDS, Field, Value
from wellmade.capacity.located_yaml import LocatedYaml, read
from wellmade.errors import WellmadeError
from wellmade.facts import sqs
from wellmade.facts.lambda_ import PROCESSOR_MEMORY

PARTS = "parts"
_YES, _NO = ("yes", "true", "on"), ("no", "false", "off")
_STEPS_APART = 10
"""How many times its duration somebody waits for an answer, where nobody says."""


@dataclass(frozen=True)
class Workload:
    """Answers by field; `given` holds those that somebody gave."""

    name: str
    answers: Mapping[str, Value]
    assumed: tuple[str, ...] = ()

    def number(self, name: str) -> float:
        """Return a number; one that is `none` counts as 0."""
        value = self.answers[name]
        return float(value) if isinstance(value, int | float) else 0.0

    def at(self, rate: float) -> "Workload":
        """Return the same at another rate, with a peak that grows alike."""
        factor = rate / self.number("rate")
        return replace(self, answers={**self.answers, "rate": rate, "peak": self.number("peak") * factor})

    def values(self, region: str) -> dict[str, Value]:
        """Return the answers and what follows from them: what rules are about."""
        return {
            **self.answers,
            "waits": self.answers["latency"] is not None,
            "spikiness": self.number("peak") / self.number("rate"),
            "concurrency": self.number("peak") * self.number("duration"),
            "fifo_most": 10.0 * sqs.FIFO_SENDS_HIGH_BY_REGION.get(region, sqs.FIFO_SENDS_HIGH),
        }


def read_workloads(file: Path) -> list[Workload]:
    """Return the parts of a file, or its only workload.

    Raises:
        WellmadeError: With file and line, if it cannot be read, or if its answers contradict each other.
    """
    root = read(file, f"begin with: wellmade advise {shlex.quote(str(file))} --init")
    if root is None:
        raise WellmadeError(f"{file}: must hold answers about a workload, got nothing; begin with --init")
    found = root.entries((*BY_NAME, PARTS))
    if PARTS not in found:
        return [_workload(file.stem, root, found)]
    if len(found) > 1:
        other = next(at for name, at in found.items() if name != PARTS)
        other.refuse("must stand in one of the parts, got it beside them")
    parts = found[PARTS].entries()
    if not parts:
        found[PARTS].refuse("must hold one part at least, got none")
    return [_workload(name, part, part.entries(tuple(BY_NAME))) for name, part in parts.items()]


def of_answers(name: str, given: Mapping[str, Value]) -> Workload:
    """Return a workload with what its answers leave out assumed.

    Raises:
        WellmadeError: If the answers contradict each other.
    """
    answers = _complete(given)
    for field, problem in _contradictions(answers, given):
        raise WellmadeError(f"{name}: {field} {problem}")
    return Workload(name, answers, _assumed(answers, given))


def parsed(field: Field, text: str) -> Value:
    """Return the answer that a text is.

    Raises:
        ValueError: If it is none that the field takes.
    """
    if field.is_flag:
        if text.lower() not in _YES + _NO:
            raise ValueError(text)
        return text.lower() in _YES
    if field.choices:
        if text not in field.choices:
            raise ValueError(text)
        return text
    if field.or_none and text == "none":
        return None
    number = float(text)
    if not field.least <= number <= field.most or (field.whole and number != int(number)):
        raise ValueError(text)
    return number


def _workload(name: str, at: LocatedYaml, found: Mapping[str, LocatedYaml]) -> Workload:
    given = {key: _answer(BY_NAME[key], value) for key, value in found.items()}
    answers = _complete(given)
    for field, problem in _contradictions(answers, given):
        found.get(field, at).refuse(problem)
    return Workload(name, answers, _assumed(answers, given))


def _answer(field: Field, at: LocatedYaml) -> Value:
    text = at.text()
    try:
        return parsed(field, text)
    except ValueError:
        at.refuse(f"must be {field.allowed}", repr(text[:40]), hint=text, among=field.choices)


def _complete(given: Mapping[str, Value]) -> dict[str, Value]:
    answers = {field.name: given.get(field.name, field.default) for field in FIELDS}
    if "peak" not in given:
        answers["peak"] = 2 * _float(answers["rate"])
    if "processor_share" not in given:
        answers["processor_share"] = min(1.0, _float(answers["memory"]) / PROCESSOR_MEMORY)
    if answers["data"] == "relational":
        answers["relational"] = given.get("relational", True)
    if "latency" not in given and answers["starts_with"] == "requests":
        answers["latency"] = _STEPS_APART * _float(answers["duration"])
    return answers


def _contradictions(answers: Mapping[str, Value], given: Mapping[str, Value]) -> list[tuple[str, str]]:
    """Return fields with what contradicts other answers."""
    rate, duration, latency = (answers[name] for name in ("rate", "duration", "latency"))
    starts, peak = answers["starts_with"], answers["peak"]
    found = []
    if _float(peak) < _float(rate):
        found.append(("peak", f"must be at least the rate of {rate:g} a second, got {peak:g}"))
    if latency is not None and _float(latency) < _float(duration):
        found.append(
            ("latency", f"must be at least the duration of {duration:g} s, got {latency:g}; or say none")
        )
    if latency is not None and starts in ("schedule", "table_changes", "files"):
        found.append(
            ("latency", f"must be none where {starts} start the work, got {latency:g}: nobody waits")
        )
    if answers["websocket"] and starts != "requests":
        found.append(("websocket", f"must be no where {starts} start the work, got yes: there is no client"))
    if "connected" in given and not answers["websocket"]:
        found.append(("connected", "must be left out without websocket: yes, got a number"))
    if starts == "schedule" and answers["ordering"] != "none":
        found.append(
            ("ordering", f"must be none for a schedule, got {answers['ordering']}: it sends nothing")
        )
    if starts == "schedule" and _float(answers["consumers"]) > 1:
        found.append(("consumers", "must be 1 for a schedule, got more; write one part for each"))
    if "stored" in given and answers["data"] == "none":
        found.append(
            ("stored", "must be left out where data is none, got a number; say how data is asked for")
        )
    if answers["data"] == "relational" and given.get("relational") is False:
        found.append(("relational", "must be yes where data is relational, got no"))
    return found


def _float(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _assumed(answers: Mapping[str, Value], given: Mapping[str, Value]) -> tuple[str, ...]:
    """Return what was assumed, without what nothing depends on."""
    idle = {"connected"} if not answers["websocket"] else set()
    idle |= {"stored"} if answers["data"] == "none" else set()
    return tuple(_told(field, answers) for field in FIELDS if field.name not in idle | given.keys())


def _told(field: Field, answers: Mapping[str, Value]) -> str:
    value = answers[field.name]
    why = f" ({field.otherwise})" if value is not None and field.otherwise else ""
    return f"{field.name}: {shown(field, value)}{why}"


def shown(field: Field, value: Value) -> str:
    """Return an answer in words."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return f"{value:g} {field.unit}".strip()
    return value
