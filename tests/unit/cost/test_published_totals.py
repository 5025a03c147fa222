"""Totals that others published for the same units, within 2 %.

Source: infracost's expected outputs (Apache-2.0), internal/providers/terraform/aws/testdata/<name>.golden.
They are of us-east-1. What is copied are quantities and sums.
"""

import pytest

from wellmade.cost.meter import Meter
from wellmade.cost.services import (
    apigateway,
    cloudwatch,
    dynamodb,
    fargate,
    keys,
    kinesis,
    lambda_,
    load_balancing,
    sns,
    sqs,
    step_functions,
    vpc,
)

X86, ARM = lambda_.DURATION["x86_64"], lambda_.DURATION["arm64"]
CASES: list[tuple[str, Meter, float, float]] = [
    ("lambda_function_test", lambda_.REQUESTS, 18_250e6, 3650.00),
    ("lambda_function_test", lambda_.REQUESTS, 15_000e6, 3000.00),
    ("lambda_function_test", lambda_.REQUESTS, 0.1e6, 0.02),
    ("lambda_function_test", ARM, 37.5e9, 100_000.50 + 135_001.13 + 200_000.63),
    ("lambda_function_test", X86, 30e9, 100_000.20 + 135_000.00 + 200_001.00),
    ("lambda_function_test", ARM, 11.52e9, 100_000.50 + 48_240.40),
    ("lambda_function_test", X86, 9.216e9, 100_000.20 + 48_240.00),
    ("lambda_function_test", ARM, 3.84e9, 51_200.26),
    ("lambda_function_test", X86, 3.072e9, 51_200.10),
    ("lambda_function_test", X86, 17_500, 0.29),
    ("lambda_function_test", ARM, 17_500, 0.23),
    ("apigatewayv2_api_test", apigateway.HTTP_REQUESTS, 1000e6, 300 + 630),
    ("apigatewayv2_api_test", apigateway.MESSAGES, 1500e6, 1000 + 400),
    ("api_gateway_rest_api_test", apigateway.REST_REQUESTS, 1000e6, 1165.50 + 1867.60),
    ("api_gateway_rest_api_test", apigateway.REST_REQUESTS, 21_000e6, 49_763.10),
    ("nat_gateway_test", vpc.NAT_HOURS, 730, 32.85),
    ("nat_gateway_test", vpc.NAT_BYTES, 100, 4.50),
    ("ecs_service_test", fargate.MEMORY["X86_64"], 4 * 730, 12.98),
    ("ecs_service_test", fargate.CPU["X86_64"], 2 * 730, 59.10),
    ("sqs_queue_test", sqs.STANDARD, 2e6, 0.80),
    ("sqs_queue_test", sqs.FIFO, 1e6, 0.50),
    ("sns_topic_test", sns.PUBLISHES, 1e6, 0.50),
    ("sfn_state_machine_test", step_functions.TRANSITIONS, 10_000, 0.25),
    ("sfn_state_machine_test", step_functions.REQUESTS, 100e6, 100.00),
    ("sfn_state_machine_test", step_functions.MEMORY, 1111.1111, 60.01 + 3.33),
    ("sfn_state_machine_test", step_functions.MEMORY, 29_687.5, 60.01 + 119.95 + 405.27),
    ("kms_key_test", keys.KEYS, 1, 1.00),
    ("cloudwatch_metric_alarm_test", cloudwatch.STANDARD, 2, 0.20),
    ("cloudwatch_metric_alarm_test", cloudwatch.HIGH, 3, 0.90),
    ("cloudwatch_dashboard_test", cloudwatch.DASHBOARDS, 1, 3.00),
    ("cloudwatch_log_group_test", cloudwatch.LOGS_IN, 1000, 500.00),
    ("cloudwatch_log_group_test", cloudwatch.LOGS_STORED, 500, 15.00),
    ("kinesis_stream_test", kinesis.STREAM_HOURS, 730, 29.20),
    ("kinesis_stream_test", kinesis.SHARD_HOURS, 2920, 43.80),
    ("kinesis_stream_test", kinesis.PUT_UNITS, 6.5e6, 0.09),
    ("dynamodb_table_test", dynamodb.STORED, 230, 57.50),
    ("dynamodb_table_test", dynamodb.RECOVERY, 2300, 460.00),
    ("dynamodb_table_test", dynamodb.WRITE_HOURS, 20 * 730, 9.49),
    ("dynamodb_table_test", dynamodb.READ_HOURS, 30 * 730, 2.85),
    ("dynamodb_table_test", dynamodb.WRITES, 3e6, 1.88),
    ("dynamodb_table_test", dynamodb.READS, 8e6, 1.00),
    ("sns_topic_subscription_test", sns.HTTP, 2e6, 1.20),
    ("lb_test", load_balancing.APPLICATION, 730, 16.42),
    ("lb_test", load_balancing.APPLICATION_UNITS, 1000, 8.00),
    ("lb_test", load_balancing.NETWORK, 730, 16.42),
]


@pytest.mark.parametrize(
    ("meter", "units", "usd"), [case[1:] for case in CASES], ids=[f"{one[0]}-{one[3]}" for one in CASES]
)
def test_the_same_units_cost_the_same(meter: Meter, units: float, usd: float) -> None:
    assert meter.cost(units, "us-east-1") == pytest.approx(usd, rel=0.02)


def test_what_is_free_for_ever_is_subtracted_when_asked_for() -> None:
    assert lambda_.REQUESTS.cost(1.5e6, "us-east-1", free_tier=True) == pytest.approx(0.10)
    assert cloudwatch.STANDARD.cost(8, "us-east-1", free_tier=True) == 0


def test_beyond_the_last_tier_nothing_is_guessed() -> None:
    assert kinesis.INGESTED.cost(500 * 1024, "us-east-1") == pytest.approx(14_848)
    assert kinesis.INGESTED.cost(500 * 1024 + 1, "us-east-1") is None
    assert kinesis.INGESTED.cost(1, "eu-central-1") is None


def test_ireland_is_priced_as_its_offer_files_of_september_2026_say() -> None:
    found = apigateway.REST_REQUESTS.cost(20_001e6, "eu-west-1")
    assert found == pytest.approx(333 * 3.5 + 667 * 3.19 + 19_000 * 2.71 + 1.72)
    assert sqs.STANDARD.cost(3e6, "eu-west-1") == pytest.approx(1.2)
    assert sqs.FIFO.cost(3e6, "eu-west-1") == pytest.approx(1.5)
