"""What a condition defines for tests only loses nothing that anybody needs; strangers are let in all the same."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings

TABLE = """
  Results:
    Type: AWS::DynamoDB::Table
    Condition: %s
    Properties: {KeySchema: [{AttributeName: id, KeyType: HASH}]}"""
LISTENER = """
  Listener:
    Type: AWS::Serverless::Function
    Condition: %s
    Properties:
      Events: {In: {Type: Kinesis, Properties: {Stream: !GetAtt Clicks.Arn, BatchSize: 20}}}
  Clicks: {Type: AWS::Kinesis::Stream}"""
ADDRESS = """
  Listener:
    Type: AWS::Serverless::Function
    Condition: CreateTestResources
    Properties: {FunctionUrlConfig: {AuthType: NONE}}"""


@pytest.mark.parametrize(
    ("condition", "is_found"),
    [("CreateTestResources", False), ("IsTesting", False), ("IsNotTest", True), ("HasLatestImage", True)],
)
@pytest.mark.parametrize(
    ("rule", "resources"),
    [
        ("table-recovery", TABLE),
        ("partial-batch-response", LISTENER),
        ("stream-failure-destination", LISTENER),
    ],
)
def test_what_serves_tests_only_is_left_alone(
    tmp_path: Path, rule: str, resources: str, condition: str, *, is_found: bool
) -> None:
    assert bool(findings(tmp_path, rule, resources % condition)) is is_found


def test_who_lets_strangers_in_is_told_in_tests_as_well(tmp_path: Path) -> None:
    assert findings(tmp_path, "public-function-url", ADDRESS)
