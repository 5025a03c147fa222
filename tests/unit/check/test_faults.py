"""Faults that people reported in public, as pairs of templates that lie beside the repository."""

from pathlib import Path

import pytest

from wellmade.check.run import check
from wellmade.graph import load

_BESIDE = [folder / "shared" / "data" / "faults" for folder in Path(__file__).parents]
FOLDER = next((folder for folder in _BESIDE if folder.is_dir()), _BESIDE[4])
RULES = {
    "alarm-missing-data": "alarm-without-data",
    "alarm-queue-url": "alarm-dimension-value",
    "apigw-deploy-before-method": "deployment-order",
    "apigw-no-permission": "api-permission",
    "cloudfront-kms": "origin-key",
    "cloudfront-no-bucket-policy": "origin-policy",
    "destination-no-send": "failure-permission",
    "ecs-desired-reset": "desired-count",
    "ecs-secret-cmk": "key-permission",
    "ecs-secret-no-grant": "task-permission",
    "ecs-sg-port": "target-port",
    "endpoint-sg-closed": "endpoint-port",
    "esm-role-no-receive": "poll-permission",
    "events-dlq-no-policy": "failure-policy",
    "events-fifo-no-group": "fifo-target-group",
    "events-sqs-no-policy": "queue-policy",
    "lambda-dlq-no-send": "failure-permission",
    "lambda-log-forever": "function-log-group",
    "redrive-allow-other": "redrive-allow",
    "s3-grant-no-star": "object-permission",
    "s3-lambda-no-permission": "invoke-permission",
    "s3-permission-no-account": "source-account",
    "scheduler-dlq-no-send": "failure-permission",
    "scheduler-no-invoke": "target-permission",
    "sfn-ecs-no-passrole": "pass-role",
    "sfn-no-invoke": "workflow-permission",
    "sns-lambda-no-permission": "invoke-permission",
    "sns-sqs-no-policy": "queue-policy",
    "sqs-reserved-no-max": "source-concurrency-limit",
    "table-no-retain": "deletion-policy",
    "vpc-no-dns-hostnames": "endpoint-names",
}

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER} is not there")


@pytest.mark.parametrize("pair", RULES)
def test_the_fault_is_found_and_only_there(pair: str) -> None:
    bad, good = (check(load([FOLDER / f"{pair}.{kind}.json"])) for kind in ("bad", "good"))
    rule = RULES[pair]
    assert [finding.rule for finding in bad if finding.rule == rule]
    assert [finding for finding in good if finding.rule == rule] == []
