"""Rules are data: each has a page and a day, holds for some answers, and is refused where it is written wrongly."""

import re
from datetime import date
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from wellmade.advise import Workload, advise
from wellmade.advise.conditions import Test as Comparison
from wellmade.advise.conditions import fact
from wellmade.advise.costs import COSTS
from wellmade.advise.fields import BY_NAME, FIELDS, Field, Value
from wellmade.advise.rules import Rule, questions, read_question
from wellmade.advise.workload import of_answers
from wellmade.errors import WellmadeError

RULES = [rule for question in questions() for rule in question.rules]
REGION = "us-east-1"
ROOT = Path(__file__).parents[3]
_STARTS = BY_NAME["starts_with"].choices


def name_of(rule: Rule) -> str:
    return f"{Path(rule.place).stem}-{rule.place.rsplit(':', 1)[1]}-{rule.option}-{rule.effect}"


def tried(given: dict[str, Value]) -> Workload | None:
    """Return a workload; None where these answers contradict each other."""
    try:
        return of_answers("workload", given)
    except WellmadeError:
        return None


def meeting(test: Comparison) -> dict[str, Value]:
    """Return answers for which a comparison holds, as far as one of them decides it."""
    field = BY_NAME.get(test.field)
    if test.field == "spikiness":
        return {"rate": 10.0, "peak": 10.0 if test.how == "below" else 1000.0}
    if test.field == "concurrency":
        return {"rate": 10.0, "peak": 1e4, "duration": 1.0}
    if test.field == "waits":
        return {} if "yes" in test.limits else {"latency": None}
    if field is None:
        return {}
    if test.how == "is":
        return {field.name: test.limits[0] == "yes" if field.is_flag else test.limits[0]}
    limit = 1e5 if test.limits[0] == "fifo_most" else fact(test.limits[0])
    limit = limit * 10 if test.how == "above" else limit if test.how in ("at_least", "at_most") else limit / 2
    return {field.name: max(field.least, float(round(limit)) if limit > 1 else limit)}


def candidates(rule: Rule) -> list[Workload]:
    wanted: dict[str, Value] = {}
    for test in rule.tests:
        wanted |= meeting(test)
    more: list[dict[str, Value]] = [
        {},
        {"latency": None},
        {"data": "sessions"},
        {"data": "by_key"},
        {"program": "existing", "team": "product"},
        {"websocket": True},
        {"websocket": True, "team": "small", "rate": 1.0, "peak": 50.0},
        {"data": "objects"},
        {"data": "analytics"},
    ]
    starts = [wanted["starts_with"]] if "starts_with" in wanted else list(_STARTS)
    choices = [{"starts_with": start} | one | wanted for start, one in product(starts, more)]
    if "starts_with" in {test.field for test in rule.tests}:
        among = next(test.limits for test in rule.tests if test.field == "starts_with")
        choices = [{**one, "starts_with": start} for one in choices for start in among]
    return [workload for one in choices if (workload := tried(one))]


def holds_somewhere(rule: Rule) -> bool:
    for workload in candidates(rule):
        for answer in advise(workload, REGION).answers:
            for judged in (answer.chosen, *answer.others):
                if judged and judged.option.name == rule.option:
                    reasons = {"refused_when": judged.refused, "preferred_when": judged.preferred}
                    found = reasons.get(rule.effect, judged.avoided)
                    values = workload.values(REGION)
                    if any(one.source == rule.source and one.text == rule.reason(values) for one in found):
                        return True
    return False


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_each_is_reached_by_some_answers(rule: Rule) -> None:
    assert holds_somewhere(rule)


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_each_has_a_page_of_aws(rule: Rule) -> None:
    assert re.match(r"https://((docs\.)?aws\.amazon\.com|github\.com/awslabs)/", rule.source)
    assert rule.as_of is None or date(2026, 1, 1) < rule.as_of <= date(2026, 12, 31)
    assert rule.because[0].islower() or rule.because.split()[0] in ("AWS", "EventBridge", "S3", "Fargate")


def test_limits_are_facts_and_stand_in_no_rule() -> None:
    """Numbers of AWS are compared by their names; those of people, such as 2 readers or 60 s, are small."""
    numbers = [test.limits[0] for rule in RULES for test in rule.tests if test.how != "is"]
    assert max(float(one) for one in numbers if one[0].isdigit()) <= 100


def test_the_page_for_people_counts_the_rules_and_those_whose_page_was_read_again() -> None:
    read = [rule for rule in RULES if rule.as_of]
    said = f"Of {len(RULES)} rules, {len(read)} were confirmed by a passage"
    assert said in " ".join((ROOT / "docs" / "advise.md").read_text().split())


def test_each_option_has_a_cost_and_a_rule() -> None:
    options = {(question.name, option) for question in questions() for option in question.options}
    assert set(COSTS) == options
    assert {(question.name, rule.option) for question in questions() for rule in question.rules} == options


def drawn(random: Random, field: Field) -> Value:
    if field.is_flag:
        return random.random() < 0.3
    if field.choices:
        return random.choice(field.choices)
    if field.or_none and random.random() < 0.5:
        return None
    low, high = max(field.least, 1e-3), min(field.most, 1e5)
    number = low * (high / low) ** random.random()
    return float(max(1, round(number))) if field.whole else number


def drawn_workloads(count: int) -> list[Workload]:
    """Return workloads of all kinds, the same each time."""
    found: list[Workload] = []
    random = Random(18)  # noqa: S311 - it draws answers, and keeps nothing secret
    while len(found) < count:
        given = {field.name: drawn(random, field) for field in FIELDS if random.random() < 0.4}
        workload = tried(given)
        if workload:
            found.append(workload)
    return found


def test_every_option_is_chosen_or_has_a_reason() -> None:
    for workload in drawn_workloads(150):
        for answer in advise(workload, REGION).answers:
            judged = [one for one in (answer.chosen, *answer.others) if one]
            assert {one.option.name for one in judged} == set(answer.question.options)
            assert all(answer.why_not(one) for one in answer.others), workload.answers
            assert answer.chosen or all(one.refused for one in answer.others)


def refused(workload: Workload) -> set[tuple[str, str]]:
    return {
        (answer.question.name, one.option.name)
        for answer in advise(workload, REGION).answers
        for one in answer.others
        if one.refused
    }


def test_more_load_never_makes_an_option_possible() -> None:
    """An option that is refused at a load is refused at ten times as much: nothing is too small to be advised."""
    for workload in drawn_workloads(100):
        if workload.number("rate") <= 1e4:
            compute = {one for one in refused(workload) if one[0] != "front_door"}
            assert compute <= refused(workload.at(workload.number("rate") * 10)), workload.answers


def test_nothing_costs_less_at_more_load() -> None:
    for workload in drawn_workloads(100):
        low, high = (advise(one, REGION) for one in (workload, workload.at(workload.number("rate") * 3)))
        for before, after in zip(low.answers, high.answers, strict=True):
            costs = {one.option.name: one.cost.usd for one in (after.chosen, *after.others) if one}
            if before.question.name != "front_door":
                judged = [one for one in (before.chosen, *before.others) if one]
                assert all(one.cost.usd <= costs[one.option.name] * (1 + 1e-9) for one in judged)


GOOD = """title: T
asked_when: {always: {}}
options: {a: A}
rules:
  one:
    option: a
    refused_when: {gpu: yes}
    because: it has none
    source: https://docs.aws.amazon.com/x
    read: 2026-11-29
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("option: a", "option: b", r":6: rules.one.option must be one of a, got b"),
        ("    source: https://docs.aws.amazon.com/x\n", "", r":6: rules.one must have source"),
        ("https://docs", "http://docs", r":9: .*must be an address that begins with https://"),
        ("2026-11-29", "yesterday", r":10: .*must be a day such as 2026-11-29, got yesterday"),
        ("{gpu: yes}", "{gqu: yes}", r":7: .*compares no answer that there is, got gqu; did you mean gpu"),
        ("{gpu: yes}", "{size: {above: sqs.NONE}}", r":7: .*must be a number or the name of one"),
        ("{gpu: yes}", "{size: {over: 3}}", r":7: .*is no key here"),
        ("refused_when: {gpu: yes}", "weight: 2", r":6: .*must have one of refused_when"),
    ],
    ids=["option", "no source", "address", "day", "answer", "fact", "comparison", "effect"],
)
def test_a_rule_that_is_none_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(GOOD)
    assert read_question(file).rules
    file.write_text(GOOD.replace(old, new))
    with pytest.raises(WellmadeError, match=message):
        read_question(file)


def test_a_rule_without_a_day_says_that_its_page_was_not_read_again(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(GOOD.replace("    read: 2026-11-29\n", ""))
    assert read_question(file).rules[0].as_of is None


def test_a_fact_is_what_constructs_know() -> None:
    numbers: dict[str, Any] = {"lambda_.LONGEST_TIMEOUT": 900, "lambda_.MEMORY.1": 10_240, "12.5": 12.5}
    assert {name: fact(name) for name in numbers} == numbers
