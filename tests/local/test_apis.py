"""Requests to APIs of both kinds: who gets in, which function answers, and what is refused."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from tests.local.apps.api_gate.handler import WORD
from tests.local.apps.apis import ApisStack
from wellmade.local.deploy import Deployment, deploy_assembly
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

STAGES = {"Http": "$default", "Rest": "prod"}
Send = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="module")
def deployment(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Both APIs, deployed."""
    out = tmp_path_factory.mktemp("cdk.out")
    app = cdk.App(outdir=str(out), builtin_cloud_formation_validation=False, analytics_reporting=False)
    ApisStack(app, "apis")
    app.synth()
    return deploy_assembly(cloud, out, ["apis"])


@pytest.fixture(scope="module")
def outputs(deployment: Deployment) -> Mapping[str, str]:
    """What it tells of them."""
    return deployment.outputs["apis"]


@pytest.fixture(params=STAGES)
def send(request: pytest.FixtureRequest, cloud: LocalCloud, outputs: Mapping[str, str]) -> Send:
    """Send a request to one of them."""
    kind = request.param
    base = f"{cloud.endpoint}/_aws/execute-api/{outputs[f'{kind}Id']}/{STAGES[kind]}"

    def ask(method: str, path: str, body: object = None, *, signed: bool = False, word: str = "") -> Any:
        headers = {"Content-Type": "application/json", "X-Told-By": "me"} | (
            {"authorization": word} if word else {}
        )
        data = "" if body is None else json.dumps(body)
        asked = AWSRequest(method, f"{base}{path}", data=data, headers=headers)
        if signed:
            credentials = Credentials("test", cloud.secret_key)
            SigV4Auth(credentials, "execute-api", "us-east-1").add_auth(asked)
        answer = URLLib3Session(proxies={}).send(asked.prepare())
        return answer.status_code, json.loads(answer.content)

    return ask


def test_a_signed_request_is_answered(send: Send) -> None:
    status, answer = send("POST", "/orders", {"order_id": "1"}, signed=True)
    assert status == 200
    assert json.loads(answer["body"]) == {"order_id": "1"}


def test_events_say_under_which_name_the_api_was_called(send: Send, outputs: Mapping[str, str]) -> None:
    domain = send("POST", "/orders", {"order_id": "1"}, signed=True)[1]["domain"]
    assert domain.partition(".")[0] in {outputs["HttpId"], outputs["RestId"]}
    assert domain.split(".")[1] == "execute-api"


def test_the_event_of_a_rest_api_has_headers_as_clients_write_them(
    send: Send, request: pytest.FixtureRequest
) -> None:
    names = send("POST", "/orders", {"order_id": "1"}, signed=True)[1]["headers"]
    wanted = {"Authorization", "Content-Type", "Host", "X-Told-By"}
    if request.node.callspec.id == "Http":
        wanted = {name.lower() for name in wanted}
    assert wanted <= set(names)


def test_the_event_of_an_authorizer_has_headers_as_clients_write_them(
    send: Send, request: pytest.FixtureRequest
) -> None:
    context = send("GET", "/orders/7", word=WORD)[1]["authorizer"]
    names = set(context.get("lambda", context)["headers"].split())
    wanted = {"Content-Type", "Host", "X-Told-By", "authorization"}
    assert ({name.lower() for name in wanted} if request.node.callspec.id == "Http" else wanted) <= names


def test_nobody_gets_in_without_a_signature(send: Send) -> None:
    assert send("POST", "/orders", {"order_id": "1"})[0] == 403


def test_a_function_lets_in_who_knows_the_word(send: Send) -> None:
    status, answer = send("GET", "/orders/7", word=WORD)
    assert status == 200
    assert answer["path"] == {"id": "7"}
    assert send("GET", "/orders/7", word="open barley")[0] == 403
    assert send("GET", "/orders/7")[0] == 401


def asked_so_far(answer: Mapping[str, Any]) -> int:
    context = answer["authorizer"]
    return int(context.get("lambda", context)["asked"])


def test_what_was_decided_is_remembered_for_a_route_and_not_for_all(send: Send) -> None:
    first, again, other = (
        asked_so_far(send("GET", path, word=WORD)[1]) for path in ("/orders/8", "/orders/8", "/carts/8")
    )
    assert again == first
    assert other > first


def test_the_default_route_takes_what_no_other_takes(send: Send) -> None:
    status, answer = send("GET", "/")
    assert status == 200
    assert answer["route"] in {"$default", "GET /"}
    assert send("PUT", "/some/where")[0] == 200


def test_what_the_embedded_aws_lets_pass_is_named(deployment: Deployment) -> None:
    kinds = {line.split(" (")[0] for line in deployment.not_simulated}
    assert {
        "apis: AWS::ApiGateway::Stage: no request is throttled",
        "apis: AWS::ApiGatewayV2::Stage: no request is throttled",
    } <= kinds
