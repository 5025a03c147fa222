"""Actions and resources of a statement."""

import pytest

from tests.unit.prove.support import ACCOUNT, QUEUE, allow, decide, deny

TABLE = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/orders"


@pytest.mark.parametrize(
    "action",
    ["*", "sqs:*", "sqs:SendMessage", "SQS:sendmessage", "sqs:Send*", "sqs:*Message", "sqs:?endMessage"],
)
def test_an_action_is_matched_in_any_case(action: str) -> None:
    assert decide(allow(action)).allowed


@pytest.mark.parametrize("action", ["sqs:Send", "sqs:SendMessage?", "sns:*", "sqs:sendmessages"])
def test_another_action_is_not_matched(action: str) -> None:
    assert not decide(allow(action)).allowed


@pytest.mark.parametrize(
    "resource",
    [
        "*",
        QUEUE,
        f"arn:aws:sqs:*:{ACCOUNT}:jobs",
        f"arn:aws:sqs:us-*-1:{ACCOUNT}:jobs",
        "arn:aws:sqs:us-east-1:*",
        "arn:aws:sqs:*:jobs",
        f"arn:aws:sqs:us-east-1:{ACCOUNT}:j?bs",
        f"arn:aws:sqs:us-east-1:{ACCOUNT}:*ob*",
    ],
)
def test_a_resource_is_matched(resource: str) -> None:
    assert decide(allow("sqs:SendMessage", ["arn:aws:s3:::other", resource])).allowed


@pytest.mark.parametrize(
    "resource",
    [
        f"arn:aws:sqs:us-east-1:{ACCOUNT}:Jobs",
        f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs?",
        f"arn:aws:sqs:eu-*:{ACCOUNT}:jobs",
        "arn:aws:sns:*",
    ],
)
def test_another_resource_is_not_matched(resource: str) -> None:
    assert not decide(allow("sqs:SendMessage", resource)).allowed


def test_a_wildcard_inside_a_segment_ends_at_its_colon() -> None:
    statement = allow("sqs:SendMessage", "arn:aws:sqs:us-*-1:9:jobs")
    assert decide(statement, resource="arn:aws:sqs:us-east-1:9:jobs").allowed
    assert not decide(statement, resource="arn:aws:sqs:us-east:9:x-1:9:jobs").allowed


def test_a_slash_is_a_letter_like_any_other() -> None:
    statement = allow("s3:GetObject", "arn:aws:s3:::bucket/*/test/*")
    for key, fits in {"1/2/test/a": True, "1///test///a": True, "1/test/": True, "test/a": False}.items():
        assert decide(statement, action="s3:GetObject", resource=f"arn:aws:s3:::bucket/{key}").allowed is fits


def test_an_index_is_not_its_table() -> None:
    assert not decide(
        allow("dynamodb:Query", TABLE), action="dynamodb:Query", resource=f"{TABLE}/index/x"
    ).allowed


def test_not_action_means_every_other() -> None:
    statement = {"Effect": "Allow", "NotAction": ["sqs:Delete*", "iam:*"], "Resource": "*"}
    assert decide(statement).allowed
    assert not decide(statement, action="sqs:deletemessage").allowed
    assert not decide(statement, action="iam:PassRole").allowed


def test_not_resource_means_every_other() -> None:
    statement = {"Effect": "Allow", "Action": "*", "NotResource": [TABLE, f"{QUEUE}*"]}
    assert not decide(statement).allowed
    assert decide(statement, resource="arn:aws:sqs:us-east-1:1:jobs").allowed


def test_what_is_denied_stays_denied() -> None:
    assert not decide(allow(), deny("sqs:SendMessage", QUEUE)).allowed
    assert decide(allow(), deny("sqs:SendMessage", TABLE)).allowed


def test_a_reason_names_the_statement() -> None:
    assert decide(allow(Sid="Send")).reason == "allowed by Handler: statement 1 (Send)"
    assert decide(allow(), deny()).reason == "denied by Handler: statement 2"
    nothing = decide(allow("s3:*"))
    assert (nothing.reason, nothing.explicit) == ("nothing in the policies of the identity allows it", False)
