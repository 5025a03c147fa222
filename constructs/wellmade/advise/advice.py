"""What is chosen for a workload, with every other option and what speaks against it."""

from collections.abc import Mapping
from dataclasses import dataclass

from wellmade.advise.costs import Cost, cost_of
from wellmade.advise.fields import Value
from wellmade.advise.rules import Option, Question, Rule, questions
from wellmade.advise.workload import Workload


@dataclass(frozen=True)
class Reason:
    """A sentence, the page that it follows, and the day on which that was read again.

    A comparison of costs has neither; some pages were not read again.
    """

    text: str
    source: str = ""
    as_of: str = ""


@dataclass(frozen=True)
class Judged:
    """One option with what was found about it."""

    option: Option
    refused: tuple[Reason, ...]
    preferred: tuple[Reason, ...]
    avoided: tuple[Reason, ...]
    score: int
    cost: Cost


@dataclass(frozen=True)
class Answer:
    """The answer to one question; `chosen` is None where every option is refused."""

    question: Question
    chosen: Judged | None
    others: tuple[Judged, ...]

    @property
    def left(self) -> list[Judged]:
        """Return what is not refused, the best first."""
        return [one for one in (self.chosen, *self.others) if one and not one.refused]

    def why_not(self, one: Judged) -> tuple[Reason, ...]:
        """Return why an option was not chosen."""
        if one.refused:
            return one.refused
        if self.chosen is None:
            return ()
        best = self.chosen
        if one.score < best.score:
            return one.avoided + tuple(
                Reason(f"{best.option.title} is preferred: {reason.text}", reason.source, reason.as_of)
                for reason in best.preferred
                if reason not in one.preferred
            )
        return (Reason(_dearer(one, best)),)


@dataclass(frozen=True)
class Advice:
    """All answers for one workload at the prices of one region."""

    workload: Workload
    region: str
    answers: tuple[Answer, ...]

    @property
    def cost(self) -> Cost:
        """Return what all that was chosen costs a month."""
        return sum((one.chosen.cost for one in self.answers if one.chosen), Cost())

    def chosen(self, question: str) -> str | None:
        """Return the option that was chosen; None where nothing was asked, or everything is refused."""
        found = next((one for one in self.answers if one.question.name == question), None)
        return found.chosen.option.name if found and found.chosen else None


def advise(workload: Workload, region: str) -> Advice:
    """Answer all questions that the workload needs, one after the other."""
    values = workload.values(region) | {question.name: "none" for question in questions()}
    answers = []
    for question in questions():
        if question.is_asked(values):
            answer = _answer(question, workload, values, region)
            answers.append(answer)
            if answer.chosen:
                values[question.name] = answer.chosen.option.name
    return Advice(workload, region, tuple(answers))


def _answer(question: Question, workload: Workload, values: Mapping[str, Value], region: str) -> Answer:
    judged = [_judge(question, option, workload, values, region) for option in question.options.values()]
    # A sort keeps the order of the file among equals.
    ranked = sorted(judged, key=lambda one: (bool(one.refused), -one.score, *one.cost.rank))
    chosen = ranked[0] if not ranked[0].refused else None
    return Answer(question, chosen, tuple(one for one in ranked if one is not chosen))


def _judge(
    question: Question, option: Option, workload: Workload, values: Mapping[str, Value], region: str
) -> Judged:
    rules = [rule for rule in question.rules if rule.option == option.name and rule.holds(values)]

    def reasons(effect: str) -> tuple[Reason, ...]:
        return tuple(_reason(rule, values) for rule in rules if rule.effect == effect)

    signs = {"preferred_when": 1, "avoided_when": -1, "refused_when": 0}
    score = sum(signs[rule.effect] * rule.weight for rule in rules)
    return Judged(
        option,
        reasons("refused_when"),
        reasons("preferred_when"),
        reasons("avoided_when"),
        score,
        cost_of(question.name, option.name, workload, values, region),
    )


def _reason(rule: Rule, values: Mapping[str, Value]) -> Reason:
    as_of = rule.as_of.isoformat() if rule.as_of else ""
    return Reason(rule.reason(values), rule.source, as_of)


def _dearer(one: Judged, best: Judged) -> str:
    if one.cost.rank == best.cost.rank:
        return f"costs as much as {best.option.title} and has no advantage here"
    if one.cost.not_priced:
        return (
            f"nothing prefers it to {best.option.title}, and its cost is not known: "
            f"{', '.join(one.cost.not_priced)}: not priced"
        )
    return f"costs {one.cost.shown} a month at this load, {best.option.title} {best.cost.shown}"
