"""Each condition operator, by hand: condition, context, whether it holds."""

from typing import Any

import pytest

from tests.unit.prove.support import Document, holds

BUCKET = "arn:aws:s3:::inbox"
TOPIC = "arn:aws:sns:us-east-1:111122223333:news"
NOON = "2026-03-01T12:00:00Z"


def one(operator: str, wanted: Any, given: Any) -> tuple[Document, Document, str]:
    return {operator: {"aws:key": wanted}}, {} if given is None else {"aws:key": given}, operator


HOLDS = [
    one("StringEquals", "red", "red"),
    one("StringEquals", ["blue", "red"], "red"),
    one("StringEquals", "", ""),
    one("StringEqualsIgnoreCase", "RED", "red"),
    one("StringNotEquals", "red", "Red"),
    one("StringNotEquals", ["red", "blue"], "green"),
    one("StringNotEquals", "red", None),
    one("StringNotEqualsIgnoreCase", "RED", "blue"),
    one("StringLike", "r*d", "rd"),
    one("StringLike", "r?d", "red"),
    one("StringLike", "*", ""),
    one("StringNotLike", "r?d", "rd"),
    one("StringNotLike", "r*", None),
    one("ArnEquals", "arn:aws:s3:::in*", BUCKET),
    one("ArnLike", "arn:aws:sns:*:*:news", TOPIC),
    one("ArnLike", "arn:*:sns:us-?ast-1:111122223333:*", TOPIC),
    one("ArnLike", "arn:aws:logs:*:*:log-group:*", "arn:aws:logs:eu-west-1:1:log-group:a:log-stream:b"),
    one("ArnNotEquals", BUCKET, TOPIC),
    one("ArnNotLike", "arn:aws:sns:*", BUCKET),
    one("ArnNotLike", BUCKET, None),
    one("NumericEquals", "10", "10.0"),
    one("NumericEquals", 10, 10),
    one("NumericNotEquals", "10", "11"),
    one("NumericNotEquals", "10", None),
    one("NumericLessThan", "1.3", "1.2"),
    one("NumericLessThan", ["1", "5"], "3"),
    one("NumericLessThanEquals", "10", "10"),
    one("NumericGreaterThan", "-2", "-1"),
    one("NumericGreaterThanEquals", "0.10", "0.1"),
    one("DateEquals", NOON, "2026-03-01T13:00:00+01:00"),
    one("DateEquals", "2026-03-01", "2026-03-01T00:00:00Z"),
    one("DateEquals", "2026", "2026-01-01"),
    one("DateEquals", "2026-03", "2026-03-01T00:00"),
    one("DateEquals", NOON, "1772366400"),
    one("DateNotEquals", NOON, "2026-03-01T12:00:01Z"),
    one("DateLessThan", NOON, "2026-03-01T11:59:59Z"),
    one("DateLessThanEquals", NOON, NOON),
    one("DateGreaterThan", NOON, "2026-03-01T12:00:00.001Z"),
    one("DateGreaterThanEquals", "1772366400", NOON),
    one("Bool", "true", given=True),
    one("Bool", wanted=True, given="TRUE"),
    one("Bool", "${aws:Wanted, 'false'}", "false"),
    one("BinaryEquals", "aGVsbG8=", "aGVsbG8="),
    one("IpAddress", "203.0.113.0/24", "203.0.113.255"),
    one("IpAddress", "203.0.113.7", "203.0.113.7"),
    one("IpAddress", ["10.0.0.0/8", "2001:db8::/32"], "2001:db8:1::9"),
    one("IpAddress", "0.0.0.0/0", "8.8.8.8"),
    one("NotIpAddress", "203.0.113.0/24", "203.0.114.0"),
    one("NotIpAddress", "203.0.113.0/24", "2001:db8::1"),
    one("NotIpAddress", "203.0.113.0/24", None),
    one("Null", "true", None),
    one("Null", "false", "red"),
    one("Null", wanted=True, given=[]),
    one("StringEqualsIfExists", "red", None),
    one("StringEqualsIfExists", "red", "red"),
    one("NumericLessThanIfExists", "5", None),
    one("BoolIfExists", "true", None),
    one("IpAddressIfExists", "10.0.0.0/8", None),
    one("StringNotEqualsIfExists", "red", None),
    one("ForAnyValue:StringEquals", ["red", "blue"], ["green", "blue"]),
    one("ForAnyValue:StringLike", "gr*", ["green", "blue"]),
    one("ForAnyValue:StringNotEquals", "red", ["red", "blue"]),
    one("ForAnyValue:StringEqualsIfExists", "red", None),
    one("ForAllValues:StringEquals", ["red", "blue"], ["blue", "red", "blue"]),
    one("ForAllValues:StringEquals", "red", None),
    one("ForAllValues:StringEquals", "red", []),
    one("ForAllValues:StringLike", ["r*", "b*"], ["red", "blue"]),
    one("ForAllValues:StringNotEquals", "red", ["blue", "green"]),
    one("ForAllValues:NumericLessThan", "10", [1, 9]),
    one("stringequals", "red", "red"),
]
FAILS = [
    one("StringEquals", "red", "Red"),
    one("StringEquals", "r*d", "red"),
    one("StringEquals", "red", None),
    one("StringEquals", [], "red"),
    one("StringEquals", "red", ["red", "blue"]),
    one("StringEqualsIgnoreCase", "RED", "reed"),
    one("StringNotEquals", ["red", "blue"], "blue"),
    one("StringNotEqualsIgnoreCase", "RED", "red"),
    one("StringLike", "R*", "red"),
    one("StringLike", "r?d", "reed"),
    one("StringLike", "*", None),
    one("StringNotLike", "r*", "red"),
    one("ArnEquals", "arn:aws:s3:::in", BUCKET),
    one("ArnLike", "arn:aws:sns:*:x", TOPIC),
    one("ArnLike", "arn:aws:sns:*:111122223333:news", "arn:aws:sns:eu:9:x:111122223333:news"),
    one("ArnLike", "*", TOPIC),
    one("ArnLike", "arn:aws:s3:::*", "no ARN"),
    one("ArnNotEquals", BUCKET, BUCKET),
    one("ArnNotLike", "arn:aws:s3:::*", BUCKET),
    one("NumericEquals", "10", "10.5"),
    one("NumericEquals", "10", "ten"),
    one("NumericNotEquals", ["10", "11"], "11"),
    one("NumericLessThan", "1.2", "1.2"),
    one("NumericLessThan", "1.2", None),
    one("NumericGreaterThan", "9", "10e1"),
    one("NumericGreaterThanEquals", "10", "9"),
    one("DateEquals", NOON, "2026-03-01T12:00:00+01:00"),
    one("DateNotEquals", NOON, "2026-03-01T12:00:00.000Z"),
    one("DateLessThan", NOON, NOON),
    one("DateGreaterThan", NOON, "yesterday"),
    one("DateGreaterThan", NOON, "9" * 20),
    one("DateGreaterThan", NOON, None),
    one("Bool", "true", "false"),
    one("Bool", "true", "1"),
    one("Bool", "true", None),
    one("BinaryEquals", "aGVsbG8=", "aGVsbG8h"),
    one("BinaryEquals", "aGVsbG8=", "hello"),
    one("IpAddress", "203.0.113.0/24", "203.0.114.0"),
    one("IpAddress", "203.0.113.0/24", "nowhere"),
    one("IpAddress", "0.0.0.0/0", "2001:db8::1"),
    one("NotIpAddress", "203.0.113.0/24", "203.0.113.9"),
    one("Null", "true", "red"),
    one("Null", "false", None),
    one("StringEqualsIfExists", "red", "blue"),
    one("StringNotEqualsIfExists", "red", "red"),
    one("ForAnyValue:StringEquals", "red", None),
    one("ForAnyValue:StringEquals", "red", ["Red", "blue"]),
    one("ForAnyValue:StringNotEquals", "red", ["red", "red"]),
    one("ForAnyValue:StringNotEquals", "red", None),
    one("ForAllValues:StringEquals", "red", ["red", "blue"]),
    one("ForAllValues:StringNotEquals", "red", ["blue", "red"]),
    one("ForAllValues:NumericLessThan", "10", [1, 10]),
]


@pytest.mark.parametrize(("condition", "context"), [case[:2] for case in HOLDS], ids=str)
def test_holds(condition: Document, context: Document) -> None:
    assert holds(condition, context)


@pytest.mark.parametrize(("condition", "context"), [case[:2] for case in FAILS], ids=str)
def test_does_not_hold(condition: Document, context: Document) -> None:
    assert not holds(condition, context)


def test_all_operators_and_all_keys_must_hold() -> None:
    condition = {"StringEquals": {"aws:a": "1", "aws:b": "2"}, "Bool": {"aws:c": "true"}}
    context = {"aws:a": "1", "aws:b": "2", "aws:c": True}
    assert holds(condition, context)
    for key in context:
        assert not holds(condition, context | {key: "no"})


def test_the_case_of_keys_does_not_count() -> None:
    assert holds({"StringEquals": {"AWS:PrincipalTag/Team": "red"}}, {"aws:principaltag/team": "red"})
