"""Where a finding of a key that stands twice points: at its last place, in a resource or beside all of them."""

from pathlib import Path

import pytest

from wellmade.check.registry import rule_of
from wellmade.check.run import check
from wellmade.graph import load

FUNCTION = """Transform: AWS::Serverless-2016-10-31
Resources:
  Worker:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b, Runtime: python3.13, CodeUri: s3://a/b%s}
"""


@pytest.mark.parametrize(
    ("text", "resource", "path", "line"),
    [
        (FUNCTION % "" + "Outputs:\n  Arn: {Value: 1}\n  Arn: {Value: 2}\n", "Outputs", "Arn", 8),
        ("Globals: {}\nGlobals: {}\n" + FUNCTION % "", "Globals", "Globals", 2),
        (FUNCTION % ",\n      Timeout: 3,\n      Timeout: 4", "Worker", "Properties.Timeout", 7),
        (FUNCTION % "" + "  Worker: {Type: AWS::SQS::Queue}\n", "Resources", "Worker", 6),
    ],
)
def test_it_points_at_the_last_one(tmp_path: Path, text: str, resource: str, path: str, line: int) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(text)
    found = check(load([file]), [rule_of("duplicate-key")])
    assert [(each.resource, each.path, each.line) for each in found] == [(resource, path, line)]
