"""Who signs in at a user pool is let in by the authorizers of that pool."""

import urllib.error
import urllib.request
from collections.abc import Mapping

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigateway as rest
from aws_cdk import aws_apigatewayv2 as http
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_

from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

CODE = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'come in'}\n"
PASSWORD = "Not-4-secret"
USER = "ann@example.com"


@pytest.fixture(scope="module")
def outputs(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """An API of each kind that asks the same pool."""
    out = tmp_path_factory.mktemp("cdk.out")
    app = cdk.App(outdir=str(out), builtin_cloud_formation_validation=False, analytics_reporting=False)
    stack = cdk.Stack(app, "members")
    pool = cognito.UserPool(stack, "Pool")
    client = pool.add_client("Client", auth_flows=cognito.AuthFlow(admin_user_password=True))
    open_door = lambda_.Function(
        stack,
        "Door",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline(CODE),
    )
    own = http.HttpApi(stack, "Http")
    own.add_routes(
        path="/",
        integration=integrations.HttpLambdaIntegration("Door", open_door),
        authorizer=authorizers.HttpUserPoolAuthorizer("Members", pool, user_pool_clients=[client]),
    )
    api = rest.RestApi(stack, "Rest")
    gate = rest.CognitoUserPoolsAuthorizer(stack, "Gate", cognito_user_pools=[pool])
    api.root.add_method("GET", rest.LambdaIntegration(open_door), authorizer=gate)
    named = {"Http": own.api_endpoint, "Rest": api.url, "Pool": pool.user_pool_id}
    for name, value in {**named, "Client": client.user_pool_client_id}.items():
        cdk.CfnOutput(stack, f"{name}Told", value=value)
    app.synth()
    return deploy_assembly(cloud, out).outputs["members"]


@pytest.fixture(scope="module")
def tokens(cloud: LocalCloud, outputs: Mapping[str, str]) -> Mapping[str, str]:
    """The tokens of a user who has signed in."""
    idp, pool = cloud.client("cognito-idp"), outputs["PoolTold"]
    idp.admin_create_user(UserPoolId=pool, Username=USER)
    idp.admin_set_user_password(UserPoolId=pool, Username=USER, Password=PASSWORD, Permanent=True)
    signed_in = idp.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=outputs["ClientTold"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": USER, "PASSWORD": PASSWORD},
    )
    return dict(signed_in["AuthenticationResult"])


@pytest.fixture(scope="module")
def token(tokens: Mapping[str, str]) -> str:
    """What says who has signed in."""
    return tokens["IdToken"]


def status(address: str, token: str) -> int:
    request = urllib.request.Request(  # noqa: S310 - of this machine
        f"{address.rstrip('/')}/", headers={"Authorization": token}
    )
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - of this machine
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


@pytest.mark.parametrize("kind", ["Http", "Rest"])
def test_its_token_opens_the_api_and_no_other_does(outputs: Mapping[str, str], token: str, kind: str) -> None:
    head, claims, signature = token.split(".")

    assert status(outputs[f"{kind}Told"], token) == 200
    assert status(outputs[f"{kind}Told"], f"{head}.{claims}.{signature[::-1]}") == 401


@pytest.mark.parametrize(("kind", "expected"), [("Http", 200), ("Rest", 401)])
def test_a_rest_api_without_scopes_takes_no_access_token(
    outputs: Mapping[str, str], tokens: Mapping[str, str], kind: str, expected: int
) -> None:
    assert status(outputs[f"{kind}Told"], tokens["AccessToken"]) == expected
