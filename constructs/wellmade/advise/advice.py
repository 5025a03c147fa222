"""What is chosen for a workload, with every other option and what speaks against it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from wellmade.advise.costs import Cost, cost_of
from wellmade.advise.fields import Value
from wellmade.advise.outweighed import FACTOR, SUM, outweighs
from wellmade.advise.rules import Option, Question, Rule, questions
from wellmade.advise.workload import Workload
from wellmade.cost.choices import BUSY


@dataclass(frozen=True)
class Reason:
    """A sentence, the page that it follows, and the day on which that was read again.

    A comparison of costs has neither; some pages were not read again.
    """

    text: str
    source: str = ""
    as_of: str = ""
    outweighed_by: str = ""
    weight: int = 1


@dataclass(frozen=True)
class Judged:
    """One option with what was found about it; `at_peak` is its cost with capacity for the peak all month."""

    option: Option
    refused: tuple[Reason, ...]
    preferred: tuple[Reason, ...]
    avoided: tuple[Reason, ...]
    score: int
    cost: Cost
    at_peak: Cost

    @property
    def firm(self) -> "Judged":
        """Return it without the preferences that a cost may outweigh."""
        kept = tuple(one for one in self.preferred if not one.outweighed_by)
        lost = sum(one.weight for one in self.preferred if one.outweighed_by)
        return replace(self, preferred=kept, score=self.score - lost)

    def cost_beside(self, best: "Judged") -> Cost:
        """Return what it costs to do all that another option is preferred for, as holding a burst."""
        at_peak = any(one.outweighed_by == "cost_at_peak" for one in best.preferred)
        return self.at_peak if at_peak else self.cost


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
            return self.against(one) + tuple(
                Reason(f"{best.option.title} is preferred: {reason.text}", reason.source, reason.as_of)
                for reason in best.preferred
                if reason not in one.preferred
            )
        return (Reason(_dearer(one, best)),)

    def against(self, one: Judged) -> tuple[Reason, ...]:
        """Return what speaks against an option, and what is given up with it for the sake of a burst."""
        return one.avoided + (_cheaper_on_average(one, self.chosen) if self.chosen else ())


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
    ranked = _ranked(judged)
    cheaper = _ranked([one.firm for one in judged])
    if _is_outweighed(ranked[0], cheaper[0]):
        told = _outweighed(cheaper[0], ranked[0], waits=bool(values["waits"]))
        ranked = [replace(cheaper[0], preferred=(told, *cheaper[0].preferred)), *cheaper[1:]]
    chosen = ranked[0] if not ranked[0].refused else None
    return Answer(question, chosen, tuple(one for one in ranked if one is not chosen))


def _ranked(judged: list[Judged]) -> list[Judged]:
    """Return the best first; a sort keeps the order of the file among equals."""
    return sorted(judged, key=lambda one: (bool(one.refused), -one.score, *one.cost.rank))


def _is_outweighed(best: Judged, cheaper: Judged) -> bool:
    return not cheaper.refused and outweighs(best.cost, cheaper.cost, cheaper.cost_beside(best))


def _outweighed(cheap: Judged, dear: Judged, *, waits: bool) -> Reason:
    """Tell both: what was preferred and for what, and why the cheaper way is taken."""
    bursts = any(one.outweighed_by == "cost_at_peak" for one in dear.preferred)
    held = ""
    if bursts and waits:
        held = f"; kept for the peak all month it costs {cheap.at_peak.shown}, so that the burst is held"
    elif bursts:
        held = "; a burst waits in front of it, as nobody waits for an answer"
    lost = "; ".join(one.text for one in dear.preferred if one.outweighed_by)
    return Reason(
        f"costs {cheap.cost.shown} a month, and {dear.option.title}, which is preferred ({lost}), "
        f"{dear.cost.shown}: over {FACTOR:g} times and {SUM:,.0f} US dollars more{held}"
    )


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
        cost_of(question.name, option.name, _held(workload), values, region),
    )


def _held(workload: Workload) -> Workload:
    """Return the load for which capacity is kept: its peak where somebody waits, else what comes on average.

    Costs leave processors idle so that they keep up with a peak; what is kept for it is busy when it comes.
    """
    if workload.answers["latency"] is None:
        return workload
    return workload.at(max(workload.number("rate"), BUSY * workload.number("peak")))


def _reason(rule: Rule, values: Mapping[str, Value]) -> Reason:
    as_of = rule.as_of.isoformat() if rule.as_of else ""
    return Reason(rule.reason(values), rule.source, as_of, rule.outweighed_by, rule.weight)


def _cheaper_on_average(one: Judged, best: Judged) -> tuple[Reason, ...]:
    """Tell what is given up where only a burst speaks against an option that costs far less on average."""
    held = one.cost_beside(best)
    if one.refused or one.firm.score < best.firm.score or not outweighs(best.cost, one.cost, one.cost):
        return ()
    return (
        Reason(
            f"costs {one.cost.shown} a month where it follows the load in time, {best.option.title} "
            f"{best.cost.shown}; kept for the peak all month, {held.shown}"
        ),
    )


def _dearer(one: Judged, best: Judged) -> str:
    if one.cost.rank == best.cost.rank:
        return f"costs as much as {best.option.title} and has no advantage here"
    if one.cost.not_priced:
        return (
            f"nothing prefers it to {best.option.title}, and its cost is not known: "
            f"{', '.join(one.cost.not_priced)}: not priced"
        )
    return f"costs {one.cost.shown} a month at this load, {best.option.title} {best.cost.shown}"
