"""A suppression on a SAM resource holds for what SAM makes of it."""

from pathlib import Path

from wellmade.check.run import check
from wellmade.graph import load

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Worker:
    Type: AWS::Serverless::Function
    Metadata: {wellmade: {suppress: [{rule: RULE, reason: the batch is one message by contract}]}}
    Properties:
      Runtime: python3.14
      Handler: index.handler
      CodeUri: .
      LoggingConfig: {LogGroup: worker}
      Events: {Work: {Type: SQS, Properties: {Queue: !GetAtt Work.Arn, BatchSize: 10}}}
  Work: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 400}}
"""


def found(tmp_path: Path, rule: str) -> list[tuple[str, str]]:
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE.replace("RULE", rule))
    return [(each.rule, each.resource) for each in check(load([file])) if each.resource != "Work"]


def test_it_covers_the_mapping_behind_the_function(tmp_path: Path) -> None:
    assert found(tmp_path, "partial-batch-response") == []


def test_it_is_told_once_when_nothing_fires(tmp_path: Path) -> None:
    wrong = [each for each in found(tmp_path, "fifo-batching-window") if each[0] == "suppression-unused"]
    assert wrong == [("suppression-unused", "Worker")]
