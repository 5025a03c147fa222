"""Each intrinsic function, in the long form and the short one."""

from collections.abc import Callable
from typing import Any

import pytest

from wellmade.graph import Attribute, Either, Graph, Pseudo, Text, Unknown, is_known

TEMPLATE = """
Parameters:
  Count: {Type: Number, Default: 3}
  Names: {Type: CommaDelimitedList, Default: 'a, b'}
  Given: {Type: String}
  Secret: {Type: String, Default: hunter2, NoEcho: true}
Mappings:
  Sizes: {prod: {memory: 512}, dev: {memory: 128}}
Resources:
  Queue: {Type: 'AWS::SQS::Queue'}
  Thing:
    Type: Custom::Thing
    Properties:
      Value: VALUE
"""
QUEUE, ARN = Attribute("stack/Queue", "Ref"), Attribute("stack/Queue", "Arn")
REGION, STACK = Pseudo("AWS::Region"), Pseudo("AWS::StackName", "stack")

CASES: list[tuple[str, Any]] = [
    ("!Ref Queue", QUEUE),
    ("{Ref: Queue}", QUEUE),
    ("!Ref Count", 3),
    ("!Ref Names", ["a", "b"]),
    ("!Ref Given", Unknown("parameter stack/Given has no default")),
    ("!Ref Secret", Unknown("parameter stack/Secret, kept secret")),
    ("!Ref Nothing", Unknown("Nothing is not defined in stack")),
    ("!Ref AWS::Region", REGION),
    ("!Ref AWS::StackName", STACK),
    ("{Ref: [Queue]}", Unknown("malformed Ref")),
    ("!GetAtt Queue.Arn", ARN),
    ("!GetAtt [Queue, Arn]", ARN),
    ("{'Fn::GetAtt': Queue.Arn}", ARN),
    ("!GetAtt [Queue, !Sub Arn]", ARN),
    ("!GetAtt Queue", Unknown("malformed Fn::GetAtt")),
    ("!Sub plain", "plain"),
    ("!Sub 'x-${Count}'", "x-3"),
    ("!Sub '${!Literal}'", "${Literal}"),
    ("!Sub '${Queue.Arn}'", ARN),
    ("!Sub '${Queue.Arn}/*'", Text((ARN, "/*"))),
    ("!Sub ['${a}-${AWS::Region}', {a: !Ref Queue}]", Text((QUEUE, "-", REGION))),
    ("!Sub [1, 2]", Unknown("malformed Fn::Sub")),
    ("!Join ['-', [a, b, !Ref Count]]", "a-b-3"),
    ("!Join ['', [!GetAtt Queue.Arn, /index/, x]]", Text((ARN, "/index/x"))),
    ("!Join [',', !Ref Names]", "a,b"),
    ("!Join ['', !Ref Given]", Unknown("parameter stack/Given has no default")),
    ("!Join x", Unknown("malformed Fn::Join")),
    ("!Join ['', [a, !If [C, b, c]]]", Either("C", "ab", "ac", "stack")),
    ("!Split ['|', 'a|b']", ["a", "b"]),
    ("!Select [1, !Split ['|', 'a|b']]", "b"),
    ("!Select ['0', [x, y]]", "x"),
    ("!Select [1, !Split ['/', !Sub '${Queue.Arn}/x/y']]", "x"),
    ("!Select [5, !Split [':', !GetAtt Queue.Arn]]", Attribute("stack/Queue", "Arn:5")),
    ("!Select [2, !Split ['/', !Ref AWS::StackId]]", Pseudo("AWS::StackId/2", "stack")),
    ("!Select [7, [x]]", Unknown("Fn::Select 7 of an unknown list")),
    ("!If [C, 1, 2]", Either("C", 1, 2, "stack")),
    ("!If [C, 1, 1]", 1),
    ("!If [C, 1]", Unknown("malformed Fn::If")),
    ("!FindInMap [Sizes, prod, memory]", 512),
    (
        "!FindInMap [Sizes, !Ref AWS::Region, memory]",
        Unknown("Fn::FindInMap Sizes by ${AWS::Region} and memory"),
    ),
    ("!FindInMap [Sizes, x]", Unknown("malformed Fn::FindInMap")),
    ("!Select [0, !GetAZs '']", Pseudo("availability zones of ${AWS::Region}[0]")),
    ("!Select [1, !Cidr [10.0.0.0/16, 4, 8]]", "10.0.1.0/24"),
    ("!Cidr [10.0.0.0/30, 4, 8]", Unknown("Fn::Cidr of 10.0.0.0/30")),
    ("{'Fn::Length': !Ref Names}", 2),
    ("!Base64 'echo'", "echo"),
    ("{'Fn::ToJsonString': {a: !Ref Count}}", {"a": 3}),
    ("!ImportValue elsewhere", Unknown("the export elsewhere is not in these templates")),
    ("!Transform {Name: Other}", Unknown("Fn::Transform is not resolved")),
    ("'{{resolve:ssm:/a/b:1}}'", Unknown("the SSM parameter /a/b is not in these templates")),
    ("'{{resolve:secretsmanager:x}}'", "{{resolve:secretsmanager:x}}"),
    ("[a, !Ref AWS::NoValue, b]", ["a", "b"]),
    ("{kept: 1, left: !Ref AWS::NoValue}", {"kept": 1}),
    ("!Not [a]", Unknown("Fn::Not is not resolved")),
]


@pytest.mark.parametrize(("written", "resolved"), CASES, ids=[case[0] for case in CASES])
def test_functions_resolve(read: Callable[..., Graph], written: str, resolved: object) -> None:
    graph = read(stack=TEMPLATE.replace("VALUE", written))
    assert graph.resources["stack/Thing"].get("Value") == resolved


def test_json_reads_as_yaml_does(read: Callable[..., Graph]) -> None:
    graph = read(
        stack="""{"Resources": {
  "Queue": {"Type": "AWS::SQS::Queue"},
  "Thing": {"Type": "Custom::Thing", "Properties": {"Value": {"Fn::Sub": "${Queue.Arn}/*"}}}
}}"""
    )
    thing = graph.resources["stack/Thing"]
    assert thing.get("Value") == Text((ARN, "/*"))
    assert thing.line == 3


def test_conditional_text_beyond_measure_is_unknown(read: Callable[..., Graph]) -> None:
    branches = ", ".join(f"!If [C{index}, a{index}, b{index}]" for index in range(6))
    graph = read(stack=TEMPLATE.replace("VALUE", f"!Join ['', [{branches}]]"))
    assert not is_known(graph.resources["stack/Thing"].get("Value"))


def test_a_condition_is_followed_below_the_property(read: Callable[..., Graph]) -> None:
    written = "!If [InVpc, {SubnetIds: [a]}, !Ref AWS::NoValue]"
    thing = read(stack=TEMPLATE.replace("VALUE", written)).resources["stack/Thing"]
    assert thing.get("Value.SubnetIds") == Either("InVpc", ["a"], None, "stack")
    assert thing.get("Value.SubnetIds.0", "none") == Either("InVpc", "a", "none", "stack")
    assert thing.get("Value.SubnetIds.7", "none") == "none"


def test_what_stands_below_an_unknown_is_unknown(read: Callable[..., Graph]) -> None:
    thing = read(stack=TEMPLATE.replace("VALUE", "!Ref Given")).resources["stack/Thing"]
    assert thing.get("Value.Deeper") == Unknown("parameter stack/Given has no default")
    assert thing.number("Value.Deeper", 3) is None
