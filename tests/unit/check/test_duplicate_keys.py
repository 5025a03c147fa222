"""Where a finding of a key that stands twice points: at its last place, in a resource or beside all of them."""

import re
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
        ("Globals: {Api: {}}\nGlobals: {}\n" + FUNCTION % "", "Globals", "Globals", 2),
        (FUNCTION % ",\n      Timeout: 3,\n      Timeout: 4", "Worker", "Properties.Timeout", 7),
        (FUNCTION % "" + "  Worker: {Type: AWS::SQS::Queue}\n", "Resources", "Worker", 6),
    ],
)
def test_it_points_at_the_last_one(tmp_path: Path, text: str, resource: str, path: str, line: int) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(text)
    found = check(load([file]), [rule_of("duplicate-key")])
    assert [(each.resource, each.path, each.line) for each in found] == [(resource, path, line)]


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("3", "3", True),
        ("3", "4", False),
        ("1", "true", False),
        ("3", '"3"', False),
        ("{a: [1], b: 2}", "{a: [1], b: 2}", True),
        ("3, Timeout: 4", "3", False),
    ],
)
@pytest.mark.parametrize("kind", ["json", "yaml"])
def test_one_value_each_time_is_advice(
    tmp_path: Path, kind: str, first: str, second: str, *, is_same: bool
) -> None:
    text = f"{{Resources: {{F: {{Type: A::B::C, Properties: {{Timeout: {first}, Timeout: {second}}}}}}}}}"
    if kind == "json":
        text = re.sub(r"(?<!\")\b([A-Za-z]\w*(?:::\w+)*)\b(?!\")", r'"\1"', text).replace('"true"', "true")
    file = tmp_path / f"template.{kind}"
    file.write_text(text)
    rules = [rule_of("duplicate-key"), rule_of("repeated-key")]
    found = [each.rule for each in check(load([file]), rules)]
    assert found == ["repeated-key" if is_same else "duplicate-key"]
