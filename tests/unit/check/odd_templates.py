"""Templates that nobody would write by intent: those of the rules, changed in a few places at random."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

from tests.unit.check.reported import sides
from tests.unit.check.reported_pairs import PAIRS
from tests.unit.check.rule_fixtures import file_of
from wellmade.check.registry import all_rules
from wellmade.graph.read.decode import decode
from wellmade.graph.read.yaml_text import parse

Body = dict[str, Any]
Place = tuple[Any, list[Any]]
ODD: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        10**30,
        10**400,
        1e308,
        float("inf"),
        float("nan"),
        "",
        " ",
        "*",
        "\u0000",
        "\ud800",
    ),
    *("arn:", "arn:aws:sqs:::", "a" * 300, "${A.B.C}", "${", "{{resolve:ssm:x}}", "10.0.0.0/33", "::/0"),
    *([], {}, [[]], [None], {"": None}, {"Ref": "Nobody"}, {"Ref": None}, {"Fn::GetAtt": "Nobody.Arn"}),
    *({"Fn::GetAtt": ["Nobody"]}, {"Fn::If": ["No", 1, 2]}, {"Fn::If": []}, {"Fn::Sub": ["${x}", {"x": []}]}),
    *({"Fn::Join": ["", [{"Ref": "AWS::NoValue"}]]}, {"Fn::Select": [99, []]}, {"Fn::Split": ["", "a"]}),
    *({"Fn::FindInMap": ["M", "a", "b", {"DefaultValue": 1}]}, {"Fn::ForEach::X": ["a", ["b"], {}]}),
    *(
        {"Ref": "AWS::NoValue"},
        {"Ref": "AWS::AccountId"},
        {"Fn::ImportValue": {"Fn::Sub": "x"}},
        {"Condition": "C"},
    ),
    *({"Fn::Base64": {}}, {"Fn::Cidr": ["10.0.0.0/8", 300, 8]}, {"Fn::GetAZs": ""}, {"Fn::Length": [1]}),
    *({"Fn::ToJsonString": {"a": {"Ref": "b"}}}, '{"Version": "2012-10-17", "Statement": ', "[" * 500),
)
"""Values that stand where others are asked for."""
KEYS = ("", "Ref", "Fn::If", "Properties", "Type", "Condition", "Statement", "*", "\u202e", "a" * 300)


def odd_templates(seed: int) -> Iterator[str]:
    """Yield templates without end; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 -- the same templates each time
    whole = list(_seeds())
    while True:
        body = copy.deepcopy(chance.choice(whole))
        for _ in range(chance.choice((1, 1, 2, 3, 5, 9))):
            chance.choice(CHANGES)(chance, body, whole)
        text = json.dumps(body, default=str)
        yield text if chance.random() < 0.97 else _torn(chance, text)


def _seeds() -> Iterator[Body]:
    for rule_id in all_rules():
        for kind in ("good", "bad"):
            yield decode(file_of(rule_id, kind))[0]
    for pair in PAIRS:
        for text in sides(pair.template):
            yield parse(f"Resources:{text}" if "Resources:" not in text else text)[0]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield what holds a value, with the key or index at which it does."""
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, entry in list(entries):
        yield value, key
        yield from _places(entry)


def _replace(chance: random.Random, body: Body, _whole: list[Body]) -> None:
    holder, key = _any(chance, body)
    if holder is not None:
        holder[key] = copy.deepcopy(chance.choice(ODD))


def _graft(chance: random.Random, body: Body, whole: list[Body]) -> None:
    """Put a part of one template into another one."""
    holder, key = _any(chance, body)
    giver, name = _any(chance, chance.choice(whole))
    if holder is not None and giver is not None:
        holder[key] = copy.deepcopy(giver[name])


def _adopt(chance: random.Random, body: Body, whole: list[Body]) -> None:
    """Add the resources of another template, which may take names of these."""
    resources = body.get("Resources")
    if isinstance(resources, dict):
        resources.update(copy.deepcopy(chance.choice(whole)["Resources"]))


def _remove(chance: random.Random, body: Body, _whole: list[Body]) -> None:
    holder, key = _any(chance, body)
    if holder is not None:
        del holder[key]


def _rename(chance: random.Random, body: Body, _whole: list[Body]) -> None:
    holder, key = _any(chance, body)
    if isinstance(holder, dict):
        holder[chance.choice((*KEYS, *map(str, holder)))] = holder.pop(key)


def _wrap(chance: random.Random, body: Body, _whole: list[Body]) -> None:
    """Put a value behind a condition, a list or a mapping."""
    holder, key = _any(chance, body)
    if holder is not None:
        value = holder[key]
        forms: list[Any] = [
            {"Fn::If": ["C", value, {"Ref": "AWS::NoValue"}]},
            {"Fn::If": ["C", {"Fn::ImportValue": "x"}, value]},
            *(
                [value],
                {"Fn::Sub": value},
                {"Fn::Transform": value},
                {"Fn::Join": [",", value]},
                {key: value},
            ),
        ]
        holder[key] = chance.choice(forms)


def _refer(chance: random.Random, body: Body, _whole: list[Body]) -> None:
    """Refer to a resource, which may close a circle."""
    holder, key = _any(chance, body)
    names = list(body["Resources"]) if isinstance(body.get("Resources"), dict) else []
    if holder is not None and names:
        name = chance.choice(names)
        holder[key] = chance.choice(
            ({"Ref": name}, {"Fn::GetAtt": [name, "Arn"]}, {"Fn::Sub": f"${{{name}.Arn}}"})
        )


def _condition(chance: random.Random, body: Body, _whole: list[Body]) -> None:
    """Give the template conditions, some of which need themselves."""
    body["Conditions"] = chance.choice(
        (
            {"C": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}},
            {"C": {"Fn::Not": [{"Condition": "D"}]}, "D": {"Fn::Not": [{"Condition": "C"}]}},
            *({"C": None}, [], {"C": {"Fn::And": [{"Condition": "C"}]}}),
        )
    )


def _any(chance: random.Random, body: Any) -> tuple[Any, Any]:
    places = list(_places(body))
    return chance.choice(places) if places else (None, None)


def _torn(chance: random.Random, text: str) -> str:
    """Cut a text, double a part of it, or put a character into it."""
    at = chance.randrange(len(text))
    torn = text[:at], text[:at] + text[at // 2 :], f"{text[:at]}{chance.choice('{}[]:,&*!%@')}{text[at:]}"
    return chance.choice(torn)


CHANGES = (
    _replace,
    _replace,
    _graft,
    _graft,
    _adopt,
    _remove,
    _rename,
    _wrap,
    _wrap,
    _refer,
    _refer,
    _condition,
)
