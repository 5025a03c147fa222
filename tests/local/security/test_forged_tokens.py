"""Another user of the machine who writes tokens: whoever signs nothing is let in nowhere by what they say."""

import base64
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import boto3
import pytest
from botocore import UNSIGNED
from botocore.client import Config
from botocore.exceptions import ClientError

from tests.local.security.conftest import Send
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

USER, PASSWORD = "ann@example.com", "Not-4-secret"
GITHUB = "token.actions.githubusercontent.com"


def anybody(cloud: LocalCloud, service: str) -> Any:
    """A client without keys."""
    settings = Config(signature_version=UNSIGNED, retries={"max_attempts": 1})
    return boto3.client(service, endpoint_url=cloud.endpoint, region_name="us-east-1", config=settings)


def forged(claims: Mapping[str, Any], algorithm: str = "RS256", like: str = "") -> str:
    """A token with a signature that nobody made, and the head of a true one, where there is one."""

    def encoded(document: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()

    head = like.partition(".")[0] or encoded({"alg": algorithm, "typ": "JWT", "kid": "1"})
    return f"{head}.{encoded(claims)}.{'' if algorithm == 'none' else 'A' * 342}"


def claims_of(token: str) -> dict[str, Any]:
    text = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return claims


@pytest.fixture(scope="module")
def members(cloud: LocalCloud) -> Mapping[str, str]:
    """A user pool with a user who has signed in, whose tokens an identity pool and a role trust."""
    idp = cloud.client("cognito-idp")
    pool = idp.create_user_pool(PoolName="members")["UserPool"]["Id"]
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = idp.create_user_pool_client(UserPoolId=pool, ClientName="web", ExplicitAuthFlows=flows)
    client = made["UserPoolClient"]["ClientId"]
    idp.admin_create_user(UserPoolId=pool, Username=USER)
    idp.admin_set_user_password(UserPoolId=pool, Username=USER, Password=PASSWORD, Permanent=True)
    tokens = idp.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": USER, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    issuer = f"cognito-idp.us-east-1.amazonaws.com/{pool}"
    identities = cloud.client("cognito-identity").create_identity_pool(
        IdentityPoolName="members",
        AllowUnauthenticatedIdentities=False,
        CognitoIdentityProviders=[{"ProviderName": issuer, "ClientId": client}],
        SupportedLoginProviders={"accounts.google.com": "an-app"},
    )["IdentityPoolId"]
    return {**tokens, "Client": client, "Issuer": issuer, "Identities": identities}


@pytest.fixture(scope="module", params=[GITHUB, "the user pool"])
def role(cloud: LocalCloud, members: Mapping[str, str], request: pytest.FixtureRequest) -> tuple[str, str]:
    """A role that an issuer's tokens may take, and that issuer."""
    issuer = GITHUB if request.param == GITHUB else members["Issuer"]
    provider = f"arn:aws:iam::000000000000:oidc-provider/{issuer}"
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    name = f"trusts-{len(issuer)}"
    made = cloud.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)
    return str(made["Role"]["Arn"]), issuer


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS256"])
def test_a_forged_token_of_an_issuer_takes_no_role(
    cloud: LocalCloud, members: Mapping[str, str], role: tuple[str, str], algorithm: str
) -> None:
    arn, issuer = role
    claims = {"iss": f"https://{issuer}", "aud": members["Client"], "sub": "me", "exp": time.time() + 600}
    with pytest.raises(ClientError, match="InvalidIdentityToken"):
        anybody(cloud, "sts").assume_role_with_web_identity(
            RoleArn=arn, RoleSessionName="thief", WebIdentityToken=forged(claims, algorithm)
        )


def test_who_has_signed_in_takes_the_role(
    cloud: LocalCloud, members: Mapping[str, str], role: tuple[str, str]
) -> None:
    arn, issuer = role
    given = {"RoleArn": arn, "RoleSessionName": "ann", "WebIdentityToken": members["IdToken"]}
    if issuer == GITHUB:
        with pytest.raises(ClientError, match="Not authorized to perform"):
            anybody(cloud, "sts").assume_role_with_web_identity(**given)
    else:
        assert anybody(cloud, "sts").assume_role_with_web_identity(**given)["Credentials"]


def test_a_forged_access_token_is_nobody(cloud: LocalCloud, members: Mapping[str, str]) -> None:
    true = members["AccessToken"]
    idp = anybody(cloud, "cognito-idp")

    with pytest.raises(ClientError, match="NotAuthorizedException"):
        idp.get_user(AccessToken=forged(claims_of(true), like=true))
    assert idp.get_user(AccessToken=true)["Username"]


def test_a_forged_refresh_token_renews_nothing(cloud: LocalCloud, members: Mapping[str, str]) -> None:
    true = members["RefreshToken"]

    def renewed(token: str) -> Any:
        return anybody(cloud, "cognito-idp").initiate_auth(
            AuthFlow="REFRESH_TOKEN_AUTH",
            ClientId=members["Client"],
            AuthParameters={"REFRESH_TOKEN": token},
        )

    with pytest.raises(ClientError, match="NotAuthorizedException"):
        renewed(forged(claims_of(true), like=true))
    assert renewed(true)["AuthenticationResult"]["AccessToken"]


@pytest.mark.parametrize("provider", ["the user pool", "accounts.google.com"])
def test_a_forged_login_gets_no_identity(
    cloud: LocalCloud, members: Mapping[str, str], provider: str
) -> None:
    true = members["IdToken"]
    token = forged(claims_of(true), like=true)
    name = members["Issuer"] if provider == "the user pool" else provider

    with pytest.raises(ClientError, match="NotAuthorizedException"):
        anybody(cloud, "cognito-identity").get_id(IdentityPoolId=members["Identities"], Logins={name: token})


def test_a_token_of_the_pool_is_nobody_at_another_provider(
    cloud: LocalCloud, members: Mapping[str, str]
) -> None:
    logins = {"accounts.google.com": members["IdToken"]}

    with pytest.raises(ClientError, match="NotAuthorizedException"):
        anybody(cloud, "cognito-identity").get_id(IdentityPoolId=members["Identities"], Logins=logins)


def test_a_true_login_does(cloud: LocalCloud, members: Mapping[str, str]) -> None:
    identity = anybody(cloud, "cognito-identity")
    logins = {members["Issuer"]: members["IdToken"]}

    found = identity.get_id(IdentityPoolId=members["Identities"], Logins=logins)["IdentityId"]
    assert identity.get_credentials_for_identity(IdentityId=found, Logins=logins)["Credentials"]


def test_no_attribute_of_a_user_says_who_has_signed_a_token(
    cloud: LocalCloud, members: Mapping[str, str]
) -> None:
    idp = anybody(cloud, "cognito-idp")
    wanted = {"iss": f"https://{GITHUB}", "aud": "another", "cognito:groups": "admins", "nickname": "Ann"}
    attributes = [{"Name": name, "Value": value} for name, value in wanted.items()]

    pool = members["Issuer"].rpartition("/")[2]
    cloud.client("cognito-idp").admin_update_user_attributes(
        UserPoolId=pool, Username=USER, UserAttributes=attributes
    )
    renewed = idp.initiate_auth(
        AuthFlow="REFRESH_TOKEN_AUTH",
        ClientId=members["Client"],
        AuthParameters={"REFRESH_TOKEN": members["RefreshToken"]},
    )

    claims = claims_of(renewed["AuthenticationResult"]["IdToken"])
    assert (claims["iss"], claims["aud"]) == (f"https://{members['Issuer']}", members["Client"])
    assert "cognito:groups" not in claims
    assert claims["nickname"] == "Ann"


ASSERTION = """<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol"><Assertion
 xmlns="urn:oasis:names:tc:SAML:2.0:assertion"><Subject><NameID>boss@example.com</NameID></Subject>
</Assertion></p:Response>"""


@pytest.mark.parametrize("query", ["", "?Action=InitiateAuth"])
def test_an_answer_of_a_saml_provider_that_nobody_signed_signs_nobody_in(
    cloud: LocalCloud, send: Send, query: str
) -> None:
    idp, back, form = (
        cloud.client("cognito-idp"),
        "https://app.example/back",
        "application/x-www-form-urlencoded",
    )
    pool = idp.create_user_pool(PoolName="staff")["UserPool"]["Id"]
    details = {"IDPSSOEndpoint": "https://idp.example/sso", "MetadataURL": "https://idp.example/metadata"}
    idp.create_identity_provider(
        UserPoolId=pool, ProviderName="Staff", ProviderType="SAML", ProviderDetails=details
    )
    client = idp.create_user_pool_client(
        UserPoolId=pool,
        ClientName="web",
        CallbackURLs=[back],
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        AllowedOAuthFlowsUserPoolClient=True,
        SupportedIdentityProviders=["Staff"],
    )["UserPoolClient"]["ClientId"]
    asked = {"response_type": "code", "client_id": client, "redirect_uri": back, "identity_provider": "Staff"}
    sent = send("GET", f"/oauth2/authorize?{urlencode(asked)}").headers["location"]
    relay = parse_qs(urlsplit(sent).query)["RelayState"][0]
    body = {"SAMLResponse": base64.b64encode(ASSERTION.encode()).decode(), "RelayState": relay}

    answer = send("POST", f"/saml2/idpresponse{query}", urlencode(body), Content_Type=form)

    assert answer.status in (400, 403)
    assert not idp.list_users(UserPoolId=pool)["Users"]
