"""Comfort has a price: from twice the cost and 1,000 US dollars a month on, the cheaper way is taken, and both are told."""

from pathlib import Path

import pytest

from wellmade.advise import Advice, advise
from wellmade.advise.advice import Answer
from wellmade.advise.fields import Value
from wellmade.advise.rules import read_question
from wellmade.advise.workload import of_answers
from wellmade.errors import WellmadeError

BURST: dict[str, Value] = {
    "rate": 500.0, "peak": 2500.0, "duration": 0.4, "processor_share": 0.1, "memory": 1024.0, "team": "small",
}  # fmt: skip
"""A program that waits most of its time, so that a function is paid for while it does nothing."""


def advice(**answers: Value) -> Advice:
    return advise(of_answers("some", answers), "us-east-1")


def compute(found: Advice) -> Answer:
    return next(one for one in found.answers if one.question.name == "compute")


def told(answer: Answer, option: str) -> str:
    """Return all that is said of an option."""
    chosen = answer.chosen
    if chosen and chosen.option.name == option:
        return "; ".join(one.text for one in (*chosen.preferred, *chosen.avoided))
    other = next(one for one in answer.others if one.option.name == option)
    return "; ".join(one.text for one in answer.why_not(other))


def test_a_queue_holds_a_burst_for_what_costs_a_quarter() -> None:
    found = compute(advice(**BURST, starts_with="messages"))
    assert found.chosen
    assert found.chosen.option.name == "fargate"
    assert "AWS Lambda, which is preferred (the peak is 5 times the average" in told(found, "fargate")
    assert "a burst waits in front of it" in told(found, "fargate")


def test_capacity_for_the_peak_holds_a_burst_where_somebody_waits() -> None:
    found = compute(advice(**BURST))
    assert found.chosen
    assert found.chosen.option.name == "fargate"
    assert found.chosen.at_peak.usd > 2 * found.chosen.cost.usd
    assert f"kept for the peak all month it costs {found.chosen.at_peak.shown}" in told(found, "fargate")
    assert "costs 7,270.84 US dollars a month at this load" in told(found, "lambda")


def test_a_burst_that_capacity_would_hold_for_as_much_stays_with_functions() -> None:
    found = compute(advice(**{**BURST, "peak": 4000.0}))
    assert found.chosen
    assert found.chosen.option.name == "lambda"
    assert "costs 1,654.18 US dollars a month where it follows the load in time" in told(found, "fargate")
    assert "; kept for the peak all month, " in told(found, "fargate")


def test_a_small_sum_is_left_to_comfort() -> None:
    few = compute(advice(**{**BURST, "rate": 50.0, "peak": 90.0}))
    assert few.chosen
    assert few.chosen.option.name == "lambda"
    assert few.chosen.cost.usd > 2 * min(one.cost.usd for one in few.left)


def test_what_has_to_be_built_or_run_otherwise_stands_at_any_price() -> None:
    """ECS on EC2 would cost less than Fargate here; patching and filling instances is no matter of comfort."""
    found = compute(advice(rate=20_000.0, peak=25_000.0, duration=0.5))
    cheapest = min(found.left, key=lambda one: one.cost.usd)
    assert cheapest.option.name in ("ec2", "ecs_ec2")
    assert found.chosen
    assert found.chosen.option.name == "fargate"


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("avoided_when: {gpu: yes}\n    outweighed_by: cost", "only comfort has a price, got avoided_when"),
        ("preferred_when: {gpu: yes}\n    outweighed_by: costs", "must be cost or cost_at_peak, got costs"),
    ],
)
def test_only_a_preference_is_outweighed(tmp_path: Path, rule: str, message: str) -> None:
    file = tmp_path / "compute.yaml"
    file.write_text(
        "title: Compute\nasked_when: {always: {}}\noptions: {lambda: Lambda}\nrules:\n  some:\n    option: lambda\n"
        f"    {rule}\n    because: so\n    source: https://aws.amazon.com/lambda/\n"
    )
    with pytest.raises(WellmadeError, match=message):
        read_question(file)
