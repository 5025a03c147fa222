"""Faults that people reported in public, as pairs of templates that lie beside the repository."""

from pathlib import Path

import pytest

from wellmade.check.run import check
from wellmade.graph import load

_BESIDE = [folder / "shared" / "data" / "faults" for folder in Path(__file__).parents]
FOLDER = next((folder for folder in _BESIDE if folder.is_dir()), _BESIDE[4])
RULES = {
    "apigw-no-permission": "api-permission",
    "cloudfront-kms": "origin-key",
    "cloudfront-no-bucket-policy": "origin-policy",
    "destination-no-send": "failure-permission",
    "ecs-secret-cmk": "key-permission",
    "ecs-secret-no-grant": "task-permission",
    "esm-role-no-receive": "poll-permission",
    "events-dlq-no-policy": "failure-policy",
    "events-sqs-no-policy": "queue-policy",
    "lambda-dlq-no-send": "failure-permission",
    "s3-lambda-no-permission": "invoke-permission",
    "scheduler-dlq-no-send": "failure-permission",
    "scheduler-no-invoke": "target-permission",
    "sfn-ecs-no-passrole": "pass-role",
    "sfn-no-invoke": "workflow-permission",
    "sns-lambda-no-permission": "invoke-permission",
    "sns-sqs-no-policy": "queue-policy",
}

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER} is not there")


@pytest.mark.parametrize("pair", RULES)
def test_the_fault_is_found_and_only_there(pair: str) -> None:
    bad, good = (check(load([FOLDER / f"{pair}.{kind}.json"])) for kind in ("bad", "good"))
    rule = RULES[pair]
    assert [finding.rule for finding in bad if finding.rule == rule]
    assert [finding for finding in good if finding.rule == rule] == []
