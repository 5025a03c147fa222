"""A caller has one name, whether a handler asks for it or a mapping template does."""

import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cognito as cognito

import wellmade.local
from wellmade.api import CognitoAuthorizer, IamAuthorizer, LambdaAuthorizer, NoAuthorizer
from wellmade.api.job_callers import Callers, owner_of
from wellmade.api.job_templates import get_item, send_message
from wellmade.local.toolchain import ministack_python
from wellmade_runtime.callers import caller_of

pytestmark = pytest.mark.local

RENDER = """
import json, sys
from extension import mapping_templates
mapping_templates.apply()
template, parameters, context = json.load(sys.stdin)
print(json.dumps(mapping_templates.render(template, "", parameters, context)))
"""
POOL = cognito.UserPool.from_user_pool_id(cdk.Stack(), "Pool", "eu-west-1_pool")
COGNITO = {"iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_pool", "sub": "ada"}


def in_template(authorizer: Any, context: dict[str, Any]) -> str:
    """Return whom a template of jobs knows a request from, and what else it would send."""
    return rendered(owner_of(authorizer) + "\n$owner", {}, context)


def rendered(template: str, parameters: dict[str, str], context: dict[str, Any]) -> str:
    """Return a template as it is filled in."""
    done = subprocess.run(
        [ministack_python(), "-P", "-c", RENDER],
        input=json.dumps([template, parameters, context]),
        env={"PYTHONPATH": str(Path(wellmade.local.__file__).parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    return str(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("authorizer", "context", "kind", "told"),
    [
        (IamAuthorizer(), {"identity": {"caller": "AROA1:monday"}}, "iam", {"callerId": "AROA1:monday"}),
        (
            IamAuthorizer(),
            {"identity": {"caller": "AROA1:s", "cognitoIdentityId": "eu-west-1:1"}},
            "iam",
            {"callerId": "AROA1:s", "cognitoIdentity": {"identityId": "eu-west-1:1"}},
        ),
        (CognitoAuthorizer(POOL), {"authorizer": {"claims": COGNITO}}, "jwt", {"claims": COGNITO}),
        (
            LambdaAuthorizer("order_intake"),
            {"authorizer": {"principalId": "ada b"}},
            "lambda",
            {"principalId": "ada b"},
        ),
        (NoAuthorizer("Everybody may ask."), {}, "none", {}),
    ],
    ids=["role", "identity-pool", "token", "function", "nobody-asked"],
)
def test_a_handler_and_a_template_say_the_same(
    authorizer: Any, context: dict[str, Any], kind: str, told: dict[str, Any]
) -> None:
    event = {"requestContext": {"authorizer": {kind: told}}}
    assert in_template(authorizer, context) == quote_plus(caller_of(event, kind))


@pytest.mark.parametrize(
    "authorizer",
    [IamAuthorizer(), CognitoAuthorizer(POOL), LambdaAuthorizer("order_intake")],
    ids=["iam", "token", "function"],
)
def test_who_is_not_told_is_nobody(authorizer: Any) -> None:
    assert in_template(authorizer, {"identity": {}, "authorizer": {}}) == ""


@pytest.mark.parametrize(
    "write", [send_message, lambda callers: get_item(callers, "jobs")], ids=["ask", "read"]
)
@pytest.mark.parametrize(("length", "is_taken"), [(256, True), (257, False)], ids=["longest", "too-long"])
def test_a_job_whose_name_no_table_takes_is_nobodys(write: Any, length: int, *, is_taken: bool) -> None:
    template = write(Callers(owner_of(IamAuthorizer()), []))
    sent = rendered(template, {"job_id": "a" * length}, {"identity": {"caller": "AROA1:monday"}})
    assert ("AROA1" in sent) is is_taken
    assert sent.startswith(("Action=SendMessage&", "{"))
