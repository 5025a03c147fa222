"""The rules of a question: its options, what refuses them, and what speaks for or against them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from wellmade.advise.conditions import HOWS, Test, fact
from wellmade.advise.fields import BY_NAME, Value
from wellmade.advise.outweighed import WAYS
from wellmade.capacity.located_yaml import LocatedYaml, read
from wellmade.errors import WellmadeError

QUESTIONS = ("compute", "messaging", "data_store", "front_door")
"""In the order in which they are answered: a later one may ask what an earlier one chose."""
DERIVED = ("waits", "spikiness", "concurrency", "fifo_most")
_FOLDER = Path(__file__).parent / "rules"
_EFFECTS = ("refused_when", "preferred_when", "avoided_when")


@dataclass(frozen=True)
class Option:
    """One answer to a question."""

    name: str
    title: str


@dataclass(frozen=True)
class Rule:
    """What holds for an option.

    Args:
        option: Its name.
        effect: `refused_when`, `preferred_when` or `avoided_when`.
        tests: All of them must hold.
        weight: How much it counts beside others that prefer or avoid.
        because: The reason, in a sentence in which `{limit}` is what the first test compares with.
        source: The page of AWS.
        as_of: When a passage of it was found that supports the rule; None where none was.
        outweighed_by: `cost` or `cost_at_peak` of another option, where it prefers comfort; else nothing.
        place: File and line.
    """

    option: str
    effect: str
    tests: tuple[Test, ...]
    weight: int
    because: str
    source: str
    as_of: date | None
    outweighed_by: str
    place: str

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Tell whether the rule says something about these answers."""
        return all(test.holds(values) for test in self.tests)

    def reason(self, values: Mapping[str, Value]) -> str:
        """Return why, with the figures of these answers."""
        limits = [limit for test in self.tests if (limit := test.limit(values)) is not None]
        figures = {name: f"{value:,.6g}" for name, value in values.items() if _is_number(value)}
        return self.because.format(**figures, limit=f"{limits[0]:,.6g}" if limits else "")


@dataclass(frozen=True)
class Question:
    """What is chosen, from what, and by which rules."""

    name: str
    title: str
    asked_when: tuple[tuple[Test, ...], ...]
    options: Mapping[str, Option]
    rules: tuple[Rule, ...]

    def is_asked(self, values: Mapping[str, Value]) -> bool:
        """Tell whether a workload needs this at all."""
        return any(all(test.holds(values) for test in tests) for tests in self.asked_when)


@cache
def questions() -> tuple[Question, ...]:
    """Return all questions."""
    return tuple(read_question(_FOLDER / f"{name}.yaml") for name in QUESTIONS)


def read_question(file: Path) -> Question:
    """Read and check one file of rules.

    Raises:
        WellmadeError: With file and line, for anything that is no rule.
    """
    root = read(file)
    if root is None:
        raise WellmadeError(f"{file}: must hold rules, got nothing")
    found = root.entries(("title", "asked_when", "options", "rules"))
    asked = tuple(_tests(one) for one in found["asked_when"].entries().values())
    options = {name: Option(name, at.text()) for name, at in found["options"].entries().items()}
    rules = tuple(_rule(at, tuple(options)) for at in found["rules"].entries().values())
    return Question(file.stem, found["title"].text(), asked, options, rules)


def _rule(at: LocatedYaml, options: tuple[str, ...]) -> Rule:
    found = at.entries(("option", *_EFFECTS, "weight", "outweighed_by", "because", "source", "read"))
    effects = [name for name in _EFFECTS if name in found]
    if len(effects) != 1:
        at.refuse(f"must have one of {', '.join(_EFFECTS)}", str(len(effects)))
    for name in ("option", "because", "source"):
        if name not in found:
            at.refuse(f"must have {name}; a rule without it is an opinion")
    option = found["option"].text()
    if option not in options:
        found["option"].refuse(f"must be one of {', '.join(options)}", option, hint=option, among=options)
    weight = int(found["weight"].number(least=1, most=5, whole=True)) if "weight" in found else 1
    tests = _tests(found[effects[0]])
    as_of = _day(found["read"]) if "read" in found else None
    source = found["source"].text()
    if not source.startswith("https://"):
        found["source"].refuse("must be an address that begins with https://", source)
    because, outweighed_by = found["because"].text(), _outweighed_by(found, effects[0])
    return Rule(option, effects[0], tests, weight, because, source, as_of, outweighed_by, at.place)


def _outweighed_by(found: Mapping[str, LocatedYaml], effect: str) -> str:
    if "outweighed_by" not in found:
        return ""
    at = found["outweighed_by"]
    if effect != "preferred_when":
        at.refuse("must stand beside preferred_when: only comfort has a price", effect)
    if at.text() not in WAYS:
        at.refuse(f"must be {' or '.join(WAYS)}", at.text(), hint=at.text(), among=WAYS)
    return at.text()


def _day(at: LocatedYaml) -> date:
    try:
        return date.fromisoformat(at.text())
    except ValueError:
        at.refuse("must be a day such as 2026-11-29", at.text())


def _tests(at: LocatedYaml) -> tuple[Test, ...]:
    return tuple(_test(name, test) for name, test in at.entries().items())


def _test(name: str, at: LocatedYaml) -> Test:
    if name not in (*BY_NAME, *DERIVED, *QUESTIONS):
        at.refuse("compares no answer that there is", name, hint=name, among=tuple(BY_NAME))
    compared = at.entries(HOWS) if at.is_mapping else {"is": at}
    if len(compared) != 1:
        at.refuse("must compare once", str(len(compared)))
    how, limit = next(iter(compared.items()))
    if how == "is":
        return Test(name, how, tuple(limit.text().split(" or ")))
    text = limit.text()
    if text not in (*BY_NAME, *DERIVED):
        try:
            fact(text)
        except ValueError as error:
            limit.refuse(f"must be a number or the name of one: {error}", text)
    return Test(name, how, (text,))


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
