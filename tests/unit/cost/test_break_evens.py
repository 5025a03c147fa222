"""Where costs cross: as the prices say, computed here by hand from the pages of AWS."""

import json
from itertools import pairwise
from typing import Any

import pytest

from docs.pages import HERE
from wellmade.cli import main
from wellmade.cost.choices import CHOICES
from wellmade.cost.choices_report import against_first, ranges
from wellmade.facts.prices import regions
from wellmade.network.break_even import Comparison

HOURS, SECONDS = 730, 730 * 3600
REQUEST = 0.20 / 1e6 + 0.1 * 1769 / 1024 * 0.0000133334
"""Dollars for 100 ms of a function with one arm64 processor."""
TASK = 0.03238 + 2 * 0.00356
"""Dollars an hour for one vCPU and 2 GB."""


@pytest.mark.parametrize(
    ("choice", "way", "expected"),
    [
        ("compute", "Fargate", 2 * HOURS * TASK / REQUEST / SECONDS),
        ("compute", "EC2", 2 * HOURS * 0.0725 / REQUEST / SECONDS),
        # Above three instances' work they grow with the load, and the fee for requests is Lambda's own.
        ("compute", "Managed Instances", 3 * HOURS * 0.0725 * 1.15 / (REQUEST - 0.20 / 1e6) / SECONDS),
        ("network with NAT", "interface endpoints", Comparison(3, 2, 0).break_even),
        ("workflow", "Express", 0.1),
        ("table writes", "provisioned", 100 * 0.00065 / 3600 / (0.625 / 1e6)),
        ("table reads", "provisioned", 100 * 0.00013 / 3600 / (0.125 / 1e6)),
    ],
)
def test_they_cross_where_the_prices_say(choice: str, way: str, expected: float) -> None:
    assert CHOICES[choice].from_where(way, "us-east-1") == pytest.approx(expected, rel=1e-6)


LISTED = {
    "us-east-1": {"nat": 0.045, "endpoint": 0.01, "write": (0.625, 0.00065), "read": (0.125, 0.00013)},
    "eu-west-1": {"nat": 0.048, "endpoint": 0.011, "write": (0.705, 0.000735), "read": (0.1415, 0.000147)},
    "eu-central-1": {
        "nat": 0.052,
        "endpoint": 0.012,
        "write": (0.7625, 0.000793),
        "read": (0.1525, 0.0001586),
    },
}
"""Dollars of a GB through a NAT gateway and an hour of an endpoint; of a million requests and a unit-hour of a table."""


@pytest.mark.parametrize(("region", "usd"), LISTED.items())
def test_networks_and_tables_cross_where_each_region_says(region: str, usd: dict[str, Any]) -> None:
    """A byte through an endpoint costs 0.01 a GB in all three; a gateway costs as much an hour as it does a GB."""
    crossings = {
        ("network with NAT", "interface endpoints"): 3 * 2 * HOURS * usd["endpoint"] / (usd["nat"] - 0.01),
        ("table writes", "provisioned"): 100 * usd["write"][1] / 3600 / (usd["write"][0] / 1e6),
        ("table reads", "provisioned"): 100 * usd["read"][1] / 3600 / (usd["read"][0] / 1e6),
    }
    for (choice, way), expected in crossings.items():
        assert CHOICES[choice].from_where(way, region) == pytest.approx(expected, rel=0.02)
    costs = CHOICES["network"].costs(500, region)
    gateways = 2 * HOURS * (usd["nat"] + 0.005) + 500 * usd["nat"]
    assert costs["NAT gateways"] == costs["regional NAT gateway"] == pytest.approx(gateways, rel=0.02)
    assert costs["interface endpoints"] == pytest.approx(3 * 2 * HOURS * usd["endpoint"] + 5, rel=0.02)
    assert against_first("network", region) == ["regional NAT gateway: never", "interface endpoints: always"]


def test_tasks_give_way_to_instances_where_they_grow_and_two_instances_suffice() -> None:
    task_of_a_request = TASK * HOURS * 0.1 / 0.6
    assert CHOICES["compute"].cheapest("us-east-1") == [
        (0.01, "Lambda"),
        (pytest.approx(2 * HOURS * TASK / REQUEST / SECONDS), "Fargate"),
        (pytest.approx(2 * HOURS * 0.0725 / task_of_a_request), "EC2"),
    ]


def test_graviton_costs_a_fifth_less() -> None:
    function = CHOICES["function architecture"].costs(1e6, "us-east-1")
    task = CHOICES["task architecture"].costs(1e3, "us-east-1")
    assert function == {"x86_64": pytest.approx(16.6667), "arm64": pytest.approx(13.3334)}
    assert task == {"x86_64": pytest.approx(40.48), "arm64": pytest.approx(32.38)}


def test_the_share_of_spot_on_the_page_is_that_of_the_discount() -> None:
    [row] = [each for each in (HERE / "break-evens.md").read_text().splitlines() if each.startswith("| 70%")]
    half, whole = 2 * HOURS * TASK * 0.65 / REQUEST / SECONDS, 2 * HOURS * TASK * 0.3 / REQUEST / SECONDS
    assert row == f"| 70% | 35.0% | 70.0% | from {half:.4g} | from {whole:.4g} | 233% |"


def test_long_runs_cost_more_as_express_workflows() -> None:
    run = (10 * 0.025 / 1000 - 1 / 1e6) / (64 / 1024 * 0.060012 / 3600)
    assert CHOICES["workflow"].cheapest("us-east-1") == [
        (0.1, "Express"),
        (pytest.approx(run, rel=1e-6), "Standard"),
    ]


@pytest.mark.parametrize("region", regions())
@pytest.mark.parametrize("name", CHOICES)
def test_on_either_side_of_a_crossing_the_cheapest_differs(name: str, region: str) -> None:
    choice = CHOICES[name]
    found = choice.cheapest(region)
    for (_, before), (amount, after) in pairwise(found):
        costs = choice.costs(amount * 0.99, region), choice.costs(amount * 1.01, region)
        low, high = ({way: usd for way, usd in each.items() if usd is not None} for each in costs)
        assert (min(low, key=low.__getitem__), min(high, key=high.__getitem__)) == (before, after)


def test_what_has_no_price_is_named_and_never_cheapest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", "--break-evens", "--region", "eu-central-1", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    [compute] = [each for each in document["choices"] if each["choice"] == "compute"]
    assert compute["not_priced"] == ["Managed Instances"]
    assert compute["less_than_the_first_from"]["Managed Instances"] is None
    assert [each["way"] for each in compute["cheapest"]] == ["Lambda", "Fargate", "EC2"]


def test_what_cannot_be_compared_is_said() -> None:
    assert ranges("workflow", "eu-west-1") == ["Standard", "Express is not priced"]
    assert against_first("workflow", "eu-west-1") == ["Express: not priced"]
    assert against_first("function architecture", "eu-west-1") == ["arm64: always"]


def test_the_table_says_where_and_what_is_assumed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", "--break-evens"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Lambda up to 8.766" in said
    assert "compute: a request works 100 ms" in said


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--break-evens", "cdk.out"], "--break-evens or --refresh FILE, got more than one of them"),
        ([], "--break-evens or --refresh FILE, got none of them"),
        (["--break-evens", "--budget", "3"], "with --region and --format at most, got more"),
        (["--break-evens", "--format", "markdown"], "--format must be table or json"),
        (["--break-evens", "--region", "mars-1"], "--region must be one of eu-central-1"),
    ],
)
def test_mistakes_are_one_line(capsys: pytest.CaptureFixture[str], options: list[str], message: str) -> None:
    assert main(["cost", *options]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1


def test_what_costs_less_at_first_only_says_up_to_where() -> None:
    assert against_first("workflow", "us-east-1") == ["Express: up to 239"]
