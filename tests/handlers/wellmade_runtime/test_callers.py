"""Who has sent a request: one for each caller, and never all of them one."""

from typing import Any

import pytest

from wellmade_runtime.callers import caller_of
from wellmade_runtime.messages import InvalidMessageError


def event(told: Any) -> dict[str, Any]:
    return {"requestContext": {} if told is None else {"authorizer": told}}


@pytest.mark.parametrize(
    ("authorizer", "told", "caller"),
    [
        ("iam", {"iam": {"callerId": "AIDAEXAMPLE", "cognitoIdentity": None}}, "AIDAEXAMPLE"),
        ("iam", {"iam": {"callerId": "AROAEXAMPLE:monday"}}, "AROAEXAMPLE"),
        (
            "iam",
            {"iam": {"callerId": "AROAEXAMPLE:s", "cognitoIdentity": {"identityId": "eu-west-1:1"}}},
            "eu-west-1:1",
        ),
        ("jwt", {"jwt": {"claims": {"iss": "https://login", "sub": "ada"}}}, "https://login ada"),
        ("lambda", {"lambda": {"principalId": "ada"}}, "ada"),
        ("none", None, "everyone"),
    ],
    ids=["user", "role", "identity-pool", "token", "function", "nobody-asked"],
)
def test_each_caller_is_one(authorizer: str, told: Any, caller: str) -> None:
    assert caller_of(event(told), authorizer) == caller


@pytest.mark.parametrize(
    ("authorizer", "said"),
    [
        ("iam", "who has signed the request"),
        ("jwt", "the token must tell its subject, sub"),
        ("lambda", "principalId in its context"),
    ],
)
@pytest.mark.parametrize(
    "told", [None, {}, {"iam": None, "jwt": None, "lambda": None}, {"iam": {}, "jwt": {}}]
)
def test_what_is_not_told_is_refused(authorizer: str, said: str, told: Any) -> None:
    with pytest.raises(InvalidMessageError, match=said):
        caller_of(event(told), authorizer)
