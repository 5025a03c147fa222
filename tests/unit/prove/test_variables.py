"""Variables in policies: what they stand for, where, and what happens when they stand for nothing."""

import pytest

from tests.unit.prove.support import allow, decide, holds

HOME = "arn:aws:s3:::homes/${aws:username}/*"


def reads(resource: str, key: str, **context: str) -> bool:
    return decide(
        allow("s3:GetObject", resource),
        action="s3:GetObject",
        resource=f"arn:aws:s3:::homes/{key}",
        context={f"aws:{name}": value for name, value in context.items()},
    ).allowed


def test_a_variable_stands_for_the_value_of_its_key() -> None:
    assert reads(HOME, "ann/notes", username="ann")
    assert not reads(HOME, "bob/notes", username="ann")


def test_the_case_of_a_variable_does_not_count() -> None:
    assert reads("arn:aws:s3:::homes/${AWS:UserName}/*", "ann/notes", username="ann")


def test_a_variable_without_value_matches_nothing() -> None:
    assert not reads(HOME, "ann/notes")
    assert not reads(HOME, "/notes")
    assert not holds({"StringLike": {"aws:a": "${aws:b}*"}}, {"aws:a": "x"})
    assert holds({"StringNotLike": {"aws:a": "${aws:b}*"}}, {"aws:a": "x"})


def test_a_default_stands_in() -> None:
    resource = "arn:aws:s3:::homes/${aws:PrincipalTag/team, 'everybody'}/*"
    assert reads(resource, "everybody/notes")
    assert decide(
        allow("s3:GetObject", resource),
        action="s3:GetObject",
        resource="arn:aws:s3:::homes/red/notes",
        context={"aws:PrincipalTag/team": "red"},
    ).allowed


def test_what_a_variable_holds_is_no_wildcard() -> None:
    assert not reads(HOME, "ann/notes", username="*")
    assert reads(HOME, "*/notes", username="*")


def test_a_key_with_several_values_is_no_variable() -> None:
    assert not holds({"StringEquals": {"aws:a": "${aws:b}"}}, {"aws:a": "x", "aws:b": ["x", "y"]})


@pytest.mark.parametrize(("text", "meant"), [("a${*}b", "a*b"), ("a${?}b", "a?b"), ("a${$}b", "a$b")])
def test_signs_can_be_meant_literally(text: str, meant: str) -> None:
    assert holds({"StringLike": {"aws:a": text}}, {"aws:a": meant})
    assert not holds({"StringLike": {"aws:a": text}}, {"aws:a": "axb"})
    assert holds({"StringEquals": {"aws:a": text}}, {"aws:a": meant})


def test_a_variable_before_the_resource_of_an_arn_matches_nothing() -> None:
    assert not reads("arn:aws:s3:${aws:RequestedRegion}::homes/*", "ann/notes", RequestedRegion="")


def test_policies_of_2008_have_no_variables() -> None:
    condition = {"StringEquals": {"aws:a": "${aws:b}"}}
    assert holds(condition, {"aws:a": "${aws:b}"}, version="2008-10-17")
    assert not holds(condition, {"aws:a": "x", "aws:b": "x"}, version="2008-10-17")
