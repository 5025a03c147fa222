"""Figures that people wrote down about these services, reproduced by today's prices within 5 %.

Where the figure that went round is wrong, the right one stands here, and docs/cost.md names the error.
"""

import pytest

from wellmade.cost.meter import Meter
from wellmade.cost.services import (
    dynamodb,
    fargate,
    lambda_,
    load_balancing,
    proxies,
    s3,
    step_functions,
    vpc,
)
from wellmade.facts.prices import HOURS_A_MONTH, price

DAYS = 30
"""Of the months in which these figures count."""


def usd(meter: Meter, units: float) -> float:
    found = meter.cost(units, "us-east-1")
    assert found is not None
    return found


def lambda_month(runs: float, seconds: float, megabytes: float) -> float:
    duration = usd(lambda_.DURATION["x86_64"], runs * seconds * megabytes / 1024)
    return usd(lambda_.REQUESTS, runs) + duration


def fargate_month(cpu: float, gigabytes: float, tasks: int = 1) -> float:
    hours = tasks * HOURS_A_MONTH
    return usd(fargate.CPU["X86_64"], cpu * hours) + usd(fargate.MEMORY["X86_64"], gigabytes * hours)


@pytest.mark.parametrize(("runs", "expected"), [(1e5, 0.06), (1e6, 0.62), (1e7, 6.17), (1e8, 61.67)])
def test_functions_of_128_mb_and_200_ms(runs: float, expected: float) -> None:
    assert lambda_month(runs, 0.2, 128) == pytest.approx(expected, rel=0.05)


def test_300_million_runs() -> None:
    assert lambda_month(300e6, 0.2, 128) == pytest.approx(185.00, rel=0.01)


@pytest.mark.parametrize(
    ("cpu", "memory", "tasks", "expected"), [(0.25, 0.5, 1, 9.01), (0.25, 0.5, 4, 36.04), (0.5, 1, 3, 54.06)]
)
def test_tasks_that_always_run(cpu: float, memory: float, tasks: int, expected: float) -> None:
    assert fargate_month(cpu, memory, tasks) == pytest.approx(expected, rel=0.01)


def test_40_tasks_made_smaller_save_three_quarters() -> None:
    before, after = fargate_month(2, 4, 40), fargate_month(0.5, 1, 40)
    assert before == pytest.approx(2883, rel=0.01)
    assert after / before == pytest.approx(0.25)
    assert before - after == pytest.approx(2162, rel=0.01)


def test_50_functions_kept_warm_for_a_day() -> None:
    assert usd(lambda_.KEPT_WARM["x86_64"], 50 * 0.5 * 86400) == pytest.approx(9.00, rel=0.01)


def test_a_million_workflows_of_ten_transitions() -> None:
    assert usd(step_functions.TRANSITIONS, 10e6) == pytest.approx(250)
    assert usd(step_functions.TRANSITIONS, 320e6) == pytest.approx(8000)


def test_reads_of_objects_and_what_leaves_aws() -> None:
    assert usd(s3.GETS, 100e6) == pytest.approx(40)
    assert price("data_transfer_gb_out_to_internet_first_10_tb") * 1000 == pytest.approx(90)


def test_a_gateway_of_2000_dollars_and_where_an_endpoint_costs_less() -> None:
    gateway = usd(vpc.NAT_HOURS, HOURS_A_MONTH) + usd(vpc.NAT_BYTES, 43_700)
    assert gateway == pytest.approx(2000, rel=0.01)
    endpoint = usd(vpc.ENDPOINT_HOURS, HOURS_A_MONTH)
    assert endpoint == pytest.approx(7.30)
    assert usd(vpc.NAT_BYTES, 209) == pytest.approx(endpoint + usd(vpc.ENDPOINT_BYTES, 209), rel=0.01)


def test_a_load_balancer_at_rest_is_4_7_million_requests() -> None:
    assert usd(load_balancing.APPLICATION, HOURS_A_MONTH) / 3.5 == pytest.approx(4.7, rel=0.01)


def test_10_000_writes_a_second_on_demand_and_provisioned() -> None:
    assert usd(dynamodb.WRITES, 10_000 * 86400 * DAYS) == pytest.approx(16_200, rel=0.01)
    assert usd(dynamodb.WRITE_HOURS, 10_000 * HOURS_A_MONTH) == pytest.approx(4745, rel=0.01)


def test_two_million_keys_a_day() -> None:
    assert usd(dynamodb.WRITES, 2e6 * DAYS) == pytest.approx(37.50)
    assert usd(dynamodb.STORED, 2.8) == pytest.approx(0.70)
    provisioned = usd(dynamodb.WRITE_HOURS, 25 * HOURS_A_MONTH) + usd(dynamodb.READ_HOURS, 5 * HOURS_A_MONTH)
    assert provisioned == pytest.approx(12.34, rel=0.001)


def test_a_million_short_express_executions() -> None:
    memory = 1e6 * 0.1 / 3600 * 64 / 1024
    found = usd(step_functions.REQUESTS, 1e6) + usd(step_functions.MEMORY, memory)
    assert found == pytest.approx(1.10, rel=0.01)


def test_a_proxy_before_a_small_instance() -> None:
    assert usd(proxies.PROCESSORS, proxies.LEAST_PROCESSORS * HOURS_A_MONTH) == pytest.approx(21, rel=0.05)


def test_a_control_plane_of_eks() -> None:
    assert price("eks_cluster_hour_standard_support") * HOURS_A_MONTH == pytest.approx(73.00)
