"""Another user of the machine who says that they forgot somebody's password, or sign up as somebody."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.security.conftest import Send
from tests.local.security.members import PASSWORD, Pool, make_pool
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

GUESSES = ["654321", "123456", "000000", "111111", "222222"]
FORM = {"Content_Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def pool(cloud: LocalCloud) -> Pool:
    return make_pool(cloud, "codes")


class Forgotten:
    """The way in of who forgot a password."""

    def ask(self, pool: Pool, user: str) -> None:
        pool.add(user, email=f"{user}@x.example", email_verified="true")
        pool.anybody.forgot_password(ClientId=pool.client, Username=user)

    def show(self, pool: Pool, user: str, code: str) -> Any:
        return pool.anybody.confirm_forgot_password(
            ClientId=pool.client, Username=user, ConfirmationCode=code, Password="Mine-4-ever!"
        )


class SignUp:
    """The way in of who signs up, with an address for mails or without."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    def ask(self, pool: Pool, user: str) -> None:
        attributes = [{"Name": "email", "Value": each} for each in self.addresses]
        pool.anybody.sign_up(
            ClientId=pool.client, Username=user, Password=PASSWORD, UserAttributes=attributes
        )

    def show(self, pool: Pool, user: str, code: str) -> Any:
        return pool.anybody.confirm_sign_up(ClientId=pool.client, Username=user, ConfirmationCode=code)


class Resent(SignUp):
    """Who asks for a second code."""

    def ask(self, pool: Pool, user: str) -> None:
        super().ask(pool, user)
        pool.anybody.resend_confirmation_code(ClientId=pool.client, Username=user)


WAYS = {
    "forgotten": Forgotten(),
    "sign-up": SignUp("a@x.example"),
    "without-mail": SignUp(),
    "again": Resent("b@x.example"),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
class TestCode:
    """Each way in."""

    def test_opens_for_who_reads_it(self, pool: Pool, way: Any, request: pytest.FixtureRequest) -> None:
        user = f"reader-{request.node.callspec.id}"
        way.ask(pool, user)

        assert way.show(pool, user, pool.told(user)[-1])["ResponseMetadata"]["HTTPStatusCode"] == 200

    def test_opens_for_nobody_who_guesses(self, pool: Pool, way: Any, request: pytest.FixtureRequest) -> None:
        user = f"guesser-{request.node.callspec.id}"
        way.ask(pool, user)
        code = pool.told(user)[-1]

        for guess in [*GUESSES, code]:  # the true one comes too late
            with pytest.raises(ClientError, match=r"CodeMismatch|ExpiredCode"):
                way.show(pool, user, guess)


def test_a_temporary_password_is_told(pool: Pool) -> None:
    pool.developer.admin_create_user(
        UserPoolId=pool.id, Username="new", UserAttributes=[{"Name": "email", "Value": "new@x.example"}]
    )

    assert pool.sign_in("new", pool.told("new")[-1])["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_a_code_of_the_sign_in_page_is_drawn(cloud: LocalCloud, send: Send) -> None:
    back = "http://localhost/back"
    idp = cloud.client("cognito-idp")
    pool = make_pool(
        cloud,
        "page",
        CallbackURLs=[back],
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        AllowedOAuthFlowsUserPoolClient=True,
        SupportedIdentityProviders=["COGNITO"],
    )
    idp.update_user_pool(
        UserPoolId=pool.id, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["EMAIL_OTP", "PASSWORD"]}}
    )
    flows = ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    idp.update_user_pool_client(
        UserPoolId=pool.id,
        ClientId=pool.client,
        ExplicitAuthFlows=flows,
        CallbackURLs=[back],
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        AllowedOAuthFlowsUserPoolClient=True,
        SupportedIdentityProviders=["COGNITO"],
    )
    pool.add("ann", email="ann@x.example", email_verified="true")
    about = f"client_id={pool.client}&redirect_uri={back}&response_type=code&scope=openid"
    page = send("POST", "/login", f"{about}&auth_flow=USER_AUTH&username=ann", **FORM).body
    token = page.partition('name="ua_token" value="')[2].partition('"')[0]
    send("POST", "/login", f"{about}&ua_token={token}&challenge=EMAIL_OTP", **FORM)

    wrong = send("POST", "/login", f"{about}&ua_token={token}&code=123456", **FORM)
    right = send("POST", "/login", f"{about}&ua_token={token}&code={pool.told('ann')[-1]}", **FORM)

    assert "Incorrect code" in wrong.body
    assert right.headers["location"].startswith(f"{back}?code=")
