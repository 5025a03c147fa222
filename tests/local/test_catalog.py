"""The catalogue of stack `serverless-api`, behind tokens of a real issuer on this machine."""

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import aws_cdk as cdk
import pytest

from bench.cloud import ROOT
from stacks.serverless_api import ISSUER, PAGES, ServerlessApiStack
from stacks.settings import Settings
from tests.local.token_issuer import Issuer, issuing
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

DOLL = {"name": "Doll", "category": "toys", "price_cents": 1250}
Ask = Callable[..., tuple[int, Any, dict[str, str]]]


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with issuing() as running:
        yield running


@pytest.fixture(scope="module")
def ask(cloud: LocalCloud, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Send requests to the stack, whose issuer is the one of this test: that one speaks HTTP alone."""
    out = tmp_path_factory.mktemp("cdk.out")
    context = json.loads((ROOT / "cdk.json").read_text())["context"] | {"environment": "local"}
    app = cdk.App(context=context, outdir=str(out), analytics_reporting=False)
    ServerlessApiStack(app, "catalog", settings=Settings.from_context(app.node))
    app.synth()
    file = out / "catalog.template.json"
    file.write_text(file.read_text().replace(ISSUER, issuer.url))
    api_id = deploy_assembly(cloud, out, ["catalog"]).outputs["catalog"]["CatalogApiId"]
    host = urlsplit(cloud.endpoint).netloc

    def send(
        method: str, sku: str, token: str | None, body: object = None, **headers: str
    ) -> tuple[int, Any, dict[str, str]]:
        sent = {"content-type": "application/json", **headers}
        sent |= {"authorization": f"Bearer {token}"} if token is not None else {}
        with closing(http.client.HTTPConnection(host, timeout=30)) as connection:
            path = f"/_aws/execute-api/{api_id}/$default/products/{sku}"
            connection.request(method, path, json.dumps(body) if body is not None else None, sent)
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, json.loads(answer.read() or b"null"), told

    return send


def test_who_brings_a_token_keeps_products(ask: Ask, issuer: Issuer) -> None:
    token = issuer.token()
    kept = {"sku": "A-1", **DOLL}
    assert ask("POST", "A-1", token, DOLL)[:2] == (201, kept)
    assert ask("GET", "A-1", token)[:2] == (200, kept)
    assert ask("PUT", "A-1", token, {**DOLL, "price_cents": 1})[0] == 200
    assert ask("DELETE", "A-1", token)[0] == 200
    assert ask("GET", "A-1", token)[0] == 404


def test_errors_are_json(ask: Ask, issuer: Issuer) -> None:
    status, answer, headers = ask("POST", "A-2", issuer.token(), {"name": "Doll"})
    assert (status, headers["content-type"]) == (400, "application/json")
    assert "error" in answer
    assert "message" in ask("GET", "A-2", None)[1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"exp": 1},
        {"aud": "another-shop"},
        {"iss": "https://elsewhere.example/"},
        {"nbf": 4_000_000_000},
        {"algorithm": "none"},
        {"algorithm": "HS256"},
        {"algorithm": "ES256"},
    ],
    ids=lambda wrong: " ".join(f"{name} {value}" for name, value in wrong.items()),
)
def test_a_wrong_token_lets_nobody_in(ask: Ask, issuer: Issuer, wrong: dict[str, Any]) -> None:
    assert ask("GET", "A-1", issuer.token(**wrong))[0] == 401


def test_no_token_and_a_changed_one_let_nobody_in(ask: Ask, issuer: Issuer) -> None:
    head, _, signature = issuer.token().split(".")
    claims = issuer.token(sub="root").split(".")[1]
    for token in (None, "", "no token", f"{head}.{claims}.{signature}"):
        assert ask("GET", "A-1", token)[0] == 401


def test_a_token_of_a_stranger_lets_nobody_in(ask: Ask, issuer: Issuer) -> None:
    with issuing() as stranger:
        assert ask("GET", "A-1", stranger.token(iss=issuer.url))[0] == 401


def test_a_token_that_may_read_changes_nothing(ask: Ask, issuer: Issuer) -> None:
    reader = issuer.token(scope="products/read")
    assert ask("GET", "A-9", reader)[0] == 404
    for method in ("POST", "PUT", "DELETE"):
        assert ask(method, "A-9", reader, DOLL)[0] == 403


def test_pages_of_the_shop_may_call_and_no_others(ask: Ask) -> None:
    asks = {"access-control-request-method": "PUT", "origin": PAGES[0]}
    status, _, headers = ask("OPTIONS", "A-1", None, **asks)
    assert status in (200, 204), headers
    assert headers["access-control-allow-origin"] == PAGES[0]
    _, _, others = ask("OPTIONS", "A-1", None, **{**asks, "origin": "https://elsewhere.example"})
    assert others.get("access-control-allow-origin") != "https://elsewhere.example"
