"""How policies of all kinds come together in one decision."""

from typing import Any

import pytest

from tests.unit.prove.support import (
    ACCOUNT,
    OTHER,
    QUEUE,
    ROLE,
    SESSION,
    USER,
    Document,
    allow,
    attached,
    deny,
    identity,
)  # fmt: skip
from wellmade.prove.policy import Authorizer, Decision, Policy, PolicyError, Request

SEND = "sqs:SendMessage"
ELSEWHERE = identity(allow("s3:*"))
SENDS = identity(allow(SEND))
BOUNDARY = "nothing in the permission boundary allows it"
SESSION_POLICY = "nothing in the session policy allows it"
IDENTITY = "nothing in the policies of the identity allows it"
RESOURCE = "nothing in the resource's policy allows it"


def queue_policy(principal: Any, effect: str = "Allow", element: str = "Principal") -> Policy:
    return attached({"Effect": effect, "Action": SEND, "Resource": QUEUE, element: principal})


def ask(
    authorizer: Authorizer, resource: Policy | None = None, principal: str = SESSION, account: str = ""
) -> Decision:
    return authorizer.decide(Request(SEND, QUEUE, {}, principal, account), resource)


def test_a_boundary_limits_what_the_identity_is_granted() -> None:
    assert ask(Authorizer([SENDS], boundary=SENDS)).allowed
    assert ask(Authorizer([SENDS], boundary=ELSEWHERE)).reason == BOUNDARY
    assert ask(Authorizer([ELSEWHERE], boundary=SENDS)).reason == IDENTITY


def test_a_session_policy_limits_it_too() -> None:
    assert ask(Authorizer([SENDS], session=ELSEWHERE)).reason == SESSION_POLICY
    assert ask(Authorizer([SENDS], boundary=SENDS, session=SENDS)).allowed


def test_every_level_of_service_control_must_allow() -> None:
    everything = identity(allow())
    assert ask(Authorizer([SENDS], service_control=[[everything], [ELSEWHERE, SENDS]])).allowed
    refused = ask(Authorizer([SENDS], service_control=[[everything], [ELSEWHERE]]))
    assert refused.reason == "nothing in the service control policies of one level allows it"


@pytest.mark.parametrize("place", ["identity", "boundary", "session", "service_control", "resource"])
def test_an_explicit_denial_anywhere_decides(place: str) -> None:
    everything, refusing = identity(allow()), identity(allow(), deny(SEND))
    policies: dict[str, Policy] = dict.fromkeys(
        ("identity", "boundary", "session", "service_control"), everything
    )
    policies |= {place: refusing} if place in policies else {}
    authorizer = Authorizer(
        [policies["identity"]],
        boundary=policies["boundary"],
        session=policies["session"],
        service_control=[[policies["service_control"]]],
    )
    on_queue = attached(
        allow(SEND, QUEUE, Principal="*"),
        *([deny(SEND, QUEUE, Principal="*")] if place == "resource" else []),
    )
    decision = ask(authorizer, on_queue)
    assert (decision.allowed, decision.explicit) == (False, True)
    assert decision.reason.endswith("statement 2")


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ROLE}, {"AWS": [USER, SESSION]}])
def test_in_one_account_the_resources_policy_is_enough(principal: Any) -> None:
    assert (
        ask(Authorizer([ELSEWHERE]), queue_policy(principal)).reason == "allowed by QueuePolicy: statement 1"
    )


@pytest.mark.parametrize("principal", [{"AWS": ACCOUNT}, {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}])
def test_to_name_the_account_leaves_the_decision_to_it(principal: Any) -> None:
    assert ask(Authorizer([ELSEWHERE]), queue_policy(principal)).reason == IDENTITY
    assert ask(Authorizer([SENDS]), queue_policy(principal)).allowed


@pytest.mark.parametrize(
    ("named", "asks", "reason"),
    [
        ({"AWS": ROLE}, SESSION, BOUNDARY),
        ({"AWS": SESSION}, SESSION, None),
        ({"AWS": USER}, USER, None),
        ("*", SESSION, None),
    ],
)
def test_the_more_directly_one_is_named_the_less_others_limit(
    named: Any, asks: str, reason: str | None
) -> None:
    decision = ask(Authorizer([SENDS], boundary=ELSEWHERE), queue_policy(named), asks)
    assert decision.reason == (reason or "allowed by QueuePolicy: statement 1")


@pytest.mark.parametrize("principal", [{"AWS": OTHER}, {"AWS": f"{ROLE}s"}, {"Service": "sns.amazonaws.com"}])
def test_others_are_not_meant(principal: Any) -> None:
    assert not ask(Authorizer(), queue_policy(principal)).allowed


def test_across_accounts_both_sides_must_allow() -> None:
    stranger = f"arn:aws:iam::{OTHER}:role/stranger"
    trusting = queue_policy({"AWS": OTHER})
    assert ask(Authorizer([SENDS]), trusting, stranger).allowed
    assert ask(Authorizer([ELSEWHERE]), trusting, stranger).reason == IDENTITY
    assert ask(Authorizer([SENDS]), None, stranger).reason == RESOURCE
    assert ask(Authorizer([SENDS]), queue_policy({"AWS": ACCOUNT}), stranger).reason == RESOURCE
    assert ask(Authorizer([SENDS], boundary=ELSEWHERE), trusting, stranger).reason == BOUNDARY


def test_an_owner_can_be_named_where_an_arn_names_none() -> None:
    request = Request("s3:GetObject", "arn:aws:s3:::bucket/key", {}, ROLE, account=OTHER)
    assert Authorizer([identity(allow())]).decide(request).reason == RESOURCE


def test_a_role_is_known_whatever_its_path() -> None:
    decision = ask(Authorizer(), queue_policy({"AWS": f"arn:aws:iam::{ACCOUNT}:role/team/red/worker"}))
    assert decision.allowed


def test_a_service_needs_the_resources_policy() -> None:
    assert ask(Authorizer(), queue_policy({"Service": "s3.amazonaws.com"}), "s3.amazonaws.com").allowed
    assert not ask(Authorizer(), queue_policy({"Service": "s3.amazonaws.com"}), "sns.amazonaws.com").allowed


def test_not_principal_spares_who_is_listed_under_every_name() -> None:
    authorizer = Authorizer([SENDS])
    root = f"arn:aws:iam::{ACCOUNT}:root"
    assert ask(authorizer, queue_policy({"AWS": [root, ROLE, SESSION]}, "Deny", "NotPrincipal")).allowed
    assert not ask(authorizer, queue_policy({"AWS": [ROLE, SESSION]}, "Deny", "NotPrincipal")).allowed
    assert not ask(authorizer, queue_policy({"AWS": [root, USER]}, "Deny", "NotPrincipal")).allowed


def test_a_denial_of_an_account_is_one_of_everybody_in_it() -> None:
    assert not ask(Authorizer([SENDS]), queue_policy({"AWS": ACCOUNT}, "Deny")).allowed
    assert ask(Authorizer([SENDS]), queue_policy({"AWS": OTHER}, "Deny")).allowed


KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1"


@pytest.mark.parametrize(
    ("principal", "granted", "reason"),
    [
        ({"AWS": ACCOUNT}, True, "allowed by Handler: statement 1"),
        ({"AWS": ACCOUNT}, False, IDENTITY),
        ({"AWS": OTHER}, True, RESOURCE),
        ({"AWS": ROLE}, False, "allowed by QueuePolicy: statement 1"),
    ],
)
def test_a_key_must_allow_even_within_the_account(principal: Any, granted: bool, reason: str) -> None:  # noqa: FBT001 - a column
    on_key = attached(allow("kms:*", "*", Principal=principal))
    authorizer = Authorizer([identity(allow("kms:Decrypt"))] if granted else [])
    assert authorizer.decide(Request("kms:Decrypt", KEY, {}, ROLE), on_key).reason == reason


def test_a_key_without_a_policy_leaves_it_to_the_account() -> None:
    assert Authorizer([identity(allow("kms:*"))]).decide(Request("kms:Decrypt", KEY, {}, ROLE)).allowed


def test_a_role_is_assumed_only_by_whom_it_trusts() -> None:
    trust: Document = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": OTHER}}
    request = Request("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/target", {}, ROLE)
    assert Authorizer([identity(allow())]).decide(request, attached(trust)).reason == RESOURCE
    assert (
        Authorizer([identity(allow())])
        .decide(request, attached(trust | {"Principal": {"AWS": ACCOUNT}}))
        .allowed
    )


def test_who_asks_must_be_a_principal() -> None:
    with pytest.raises(
        PolicyError, match=r"principal must be the ARN of a role or user, or a service, got 'me'"
    ):
        ask(Authorizer([SENDS]), principal="me")


def test_nobody_can_be_denied_to_ask_who_he_is() -> None:
    request = Request("sts:GetCallerIdentity")
    assert Authorizer([identity(deny())]).decide(request).allowed
