"""From which rate on which option costs least, of those that are not refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from wellmade.advise.advice import Advice, Answer
from wellmade.advise.costs import cost_of
from wellmade.advise.fields import Value
from wellmade.cost.break_evens import Choice, Way

DECADES = 100.0
"""How far below and above the stated rate options are compared."""


@dataclass(frozen=True)
class Crossing:
    """Costs of one question by rate."""

    answer: Answer
    choice: Choice
    cheapest: tuple[tuple[float, str], ...]
    not_priced: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Return it in words."""
        until = [f" up to {shown_rate(end)} a second" for _, (end, _) in pairwise(self.cheapest)]
        said = [f"{way}{end}" for (_, way), end in zip(self.cheapest, [*until, ""], strict=False)]
        rates = f"from {shown_rate(self.choice.least)} to {shown_rate(self.choice.most)} a second"
        text = f"{self.answer.question.title}, {rates}: cheapest {'; '.join(said) or 'is not known'}"
        return f"{text}; not priced: {', '.join(self.not_priced)}" if self.not_priced else text


def shown_rate(number: float) -> str:
    """Return a rate with three digits, and never as a power of ten."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def crossings(advice: Advice) -> list[Crossing]:
    """Return the costs by rate of each question that leaves more than one option."""
    values: dict[str, Value] = {answer.question.name: "none" for answer in advice.answers}
    found = []
    for answer in advice.answers:
        if len(answer.left) > 1:
            found.append(_crossing(advice, answer, dict(values)))
        if answer.chosen:
            values[answer.question.name] = answer.chosen.option.name
    return found


def _crossing(advice: Advice, answer: Answer, values: Mapping[str, Value]) -> Crossing:
    priced = [one for one in answer.left if not one.cost.not_priced]
    others = [one.option.title for one in answer.left if one.cost.not_priced]
    rate = advice.workload.number("rate")
    choice = Choice(
        "a second, on average",
        "the peak grows with the rate",
        {one.option.title: _way(advice, answer, one.option.name, values) for one in priced},
        rate / DECADES,
        rate * DECADES,
    )
    cheapest = choice.cheapest(advice.region) if priced else []
    return Crossing(answer, choice, tuple(cheapest), tuple(others))


def _way(advice: Advice, answer: Answer, option: str, values: Mapping[str, Value]) -> Way:
    def way(rate: float, region: str) -> float | None:
        cost = cost_of(answer.question.name, option, advice.workload.at(rate), values, region)
        return None if cost.not_priced else cost.usd

    return way
