"""Another user of the machine who answers what a user pool never asked, and who writes what they may not."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.security.members import PASSWORD, Pool, make_pool
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

NEW = "Mine-4-ever!"
ANSWERS = {
    "NEW_PASSWORD_REQUIRED": {"NEW_PASSWORD": NEW},
    "SOFTWARE_TOKEN_MFA": {"SOFTWARE_TOKEN_MFA_CODE": "123456"},
    "SMS_MFA": {"SMS_MFA_CODE": "123456"},
    "MFA_SETUP": {},
}


@pytest.fixture(scope="module")
def pool(cloud: LocalCloud) -> Pool:
    pool = make_pool(cloud, "challenges")
    pool.add("boss", email="boss@x.example")
    pool.add("new", permanent=False)
    return pool


def answer(pool: Pool, name: str, user: str, session: str, **given: str) -> Any:
    return pool.anybody.respond_to_auth_challenge(
        ClientId=pool.client,
        ChallengeName=name,
        Session=session,
        ChallengeResponses={"USERNAME": user, **given},
    )


@pytest.mark.parametrize("name", ANSWERS)
def test_who_was_asked_nothing_answers_nothing(pool: Pool, name: str) -> None:
    with pytest.raises(ClientError, match=r"NotAuthorized|Unsupported challenge|InvalidParameter"):
        answer(pool, name, "boss", "made-up-by-somebody-else", **ANSWERS[name])
    assert pool.sign_in("boss")["AuthenticationResult"]


def test_a_session_is_for_its_user_and_once(pool: Pool) -> None:
    session = pool.sign_in("new")["Session"]

    with pytest.raises(ClientError, match="Invalid session for the user"):
        answer(pool, "NEW_PASSWORD_REQUIRED", "boss", session, NEW_PASSWORD=NEW)
    assert answer(pool, "NEW_PASSWORD_REQUIRED", "new", session, NEW_PASSWORD=NEW)["AuthenticationResult"]
    with pytest.raises(ClientError, match="Invalid session for the user"):
        answer(pool, "NEW_PASSWORD_REQUIRED", "new", session, NEW_PASSWORD=PASSWORD)


@pytest.mark.parametrize("name", ["sub", "email_verified", "custom:tenant", "dev:custom:role"])
def test_nobody_writes_who_they_are(pool: Pool, name: str) -> None:
    user = f"user-{name.replace(':', '-')}"
    pool.add(user, email="mine@x.example")
    token = pool.sign_in(user)["AuthenticationResult"]["AccessToken"]
    before = pool.anybody.get_user(AccessToken=token)["UserAttributes"]

    with pytest.raises(ClientError, match=r"unauthorized attribute|cannot be updated"):
        pool.anybody.update_user_attributes(
            AccessToken=token, UserAttributes=[{"Name": name, "Value": "true"}]
        )
    assert pool.anybody.get_user(AccessToken=token)["UserAttributes"] == before


def test_nobody_signs_up_as_verified(pool: Pool) -> None:
    claimed = [{"Name": "email", "Value": "boss@x.example"}, {"Name": "email_verified", "Value": "true"}]
    with pytest.raises(ClientError, match="unauthorized attribute"):
        pool.anybody.sign_up(ClientId=pool.client, Username="eve", Password=PASSWORD, UserAttributes=claimed)


def test_an_address_that_changes_is_not_verified(pool: Pool) -> None:
    pool.add("mover", email="mine@x.example", email_verified="true")
    token = pool.sign_in("mover")["AuthenticationResult"]["AccessToken"]

    pool.anybody.update_user_attributes(
        AccessToken=token, UserAttributes=[{"Name": "email", "Value": "boss@x.example"}]
    )

    found = pool.anybody.get_user(AccessToken=token)["UserAttributes"]
    assert {"Name": "email_verified", "Value": "false"} in found


def test_a_client_writes_what_it_may(cloud: LocalCloud) -> None:
    pool = make_pool(cloud, "writes", WriteAttributes=["name"])
    pool.add("ann")
    token = pool.sign_in("ann")["AuthenticationResult"]["AccessToken"]

    pool.anybody.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": "name", "Value": "Ann"}])
    with pytest.raises(ClientError, match="unauthorized attribute"):
        pool.anybody.update_user_attributes(
            AccessToken=token, UserAttributes=[{"Name": "nickname", "Value": "Boss"}]
        )
