import json
from dataclasses import replace

import pytest

from wellmade.cli import main
from wellmade.facts.prices import SECONDS_A_MONTH
from wellmade.ingress import Traffic, crossing, monthly_costs
from wellmade.ingress.costs import HTTP, LOAD_BALANCER, REST


def rate_of(millions: float) -> float:
    return millions * 1e6 / SECONDS_A_MONTH


def test_an_api_costs_by_request_and_tier() -> None:
    found = monthly_costs(Traffic(rate_of(400)))
    assert found[HTTP] == pytest.approx(300 * 1.0 + 100 * 0.9)
    assert found[REST] == pytest.approx(333 * 3.5 + 67 * 2.8)


def test_what_has_no_price_is_not_priced() -> None:
    assert monthly_costs(Traffic(rate_of(1001)))[REST] is None
    assert monthly_costs(Traffic(rate_of(1000)))[REST] is not None


def test_an_http_api_counts_a_large_request_several_times() -> None:
    small, large = (monthly_costs(Traffic(10, kilobytes=size))[HTTP] for size in (512, 513))
    assert small is not None
    assert large == pytest.approx(2 * small)


def test_a_load_balancer_costs_by_hour_address_and_the_dimension_that_takes_most() -> None:
    at_rest = 730 * (0.0225 + 2 * 0.005)
    assert monthly_costs(Traffic(0))[LOAD_BALANCER] == pytest.approx(at_rest)
    by_connections = monthly_costs(Traffic(50, kilobytes=0.001))[LOAD_BALANCER]
    assert by_connections == pytest.approx(at_rest + 730 * 2 * 0.008)
    by_bytes = monthly_costs(Traffic(50, kilobytes=100, requests_per_connection=1000))[LOAD_BALANCER]
    gigabytes = 50 * 3600 * 100 / 1024 / 1024
    assert by_bytes == pytest.approx(at_rest + 730 * gigabytes / 0.4 * 0.008)


@pytest.mark.parametrize("kind", [HTTP, REST])
@pytest.mark.parametrize("target", ["function", "server"])
@pytest.mark.parametrize("kilobytes", [0.5, 10, 40])
def test_below_the_crossing_the_api_costs_less_and_above_it_more(
    kind: str, target: str, kilobytes: float
) -> None:
    traffic = Traffic(1, kilobytes=kilobytes, target=target)
    rate = crossing(kind, traffic)
    assert rate is not None
    for factor, api_is_cheaper in ((0.99, True), (1.01, False)):
        found = monthly_costs(replace(traffic, rate=rate * factor))
        api, balancer = found[kind], found[LOAD_BALANCER]
        assert api is not None
        assert balancer is not None
        assert (api < balancer) is api_is_cheaper


@pytest.mark.parametrize(
    ("kind", "usd_a_million", "kilobytes", "units"),
    [(HTTP, 1.0, 1, 1 / 25), (REST, 3.5, 1, 1 / 25), (HTTP, 1.0, 10, 3600 * 10 / 1024**2 / 0.4)],
)
def test_apis_and_load_balancers_cross_where_the_prices_say(
    kind: str, usd_a_million: float, kilobytes: float, units: float
) -> None:
    """A request a second costs an API its price; a load balancer the capacity units that it takes."""
    at_rest = 730 * (0.0225 + 2 * 0.005)
    by_rate = 730 * 3600 * usd_a_million / 1e6 - 730 * 0.008 * units
    assert crossing(kind, Traffic(1, kilobytes=kilobytes)) == pytest.approx(at_rest / by_rate, rel=0.001)


def test_large_answers_of_functions_never_cross() -> None:
    assert crossing(HTTP, Traffic(1, kilobytes=200)) is None
    assert crossing(HTTP, Traffic(1, kilobytes=200, target="server")) is None
    assert crossing(REST, Traffic(1, kilobytes=1000)) is None


def test_people_read_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingress", "--rate", "1000"]) == 0
    said = capsys.readouterr().out
    assert "not priced" in said
    assert "HTTP API: a load balancer costs less above 11.2 requests a second" in said
    assert "list prices of us-east-1 as of 2025-10-20 to 2026-08-31" in said


def test_programs_read_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingress", "--rate", "40", "--kilobytes", "200", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["load_balancer_cheaper_above"] == {HTTP: None, REST: None}
    [at_40] = found["costs"]
    assert set(at_40["usd_a_month"]) == {HTTP, REST, LOAD_BALANCER}


@pytest.mark.parametrize("wrong", ["0", "-1", "inf", "nan", "many"])
def test_a_rate_that_is_none_is_refused(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["ingress", f"--rate={wrong}"])
    assert f"must be a number above 0, got {wrong}" in capsys.readouterr().err
