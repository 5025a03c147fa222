"""What a stack prints leads to this cloud, and answers there."""

import http.client
import json
from contextlib import closing
from urllib.parse import urlsplit

import aws_cdk as cdk
import pytest

from tests.local.apps.addresses import AddressesStack
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def outputs(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("addresses")
    app = cdk.App(outdir=str(folder / "cdk.out"), analytics_reporting=False)
    AddressesStack(app, "addresses", folder=folder)
    app.synth()
    return deploy_assembly(cloud, folder / "cdk.out").outputs["addresses"]


def get(url: str) -> tuple[int, str]:
    """Follow an address as a browser does, which leads every name below localhost to the loopback."""
    parts = urlsplit(url)
    assert parts.hostname == "127.0.0.1" or (parts.hostname or "").endswith(".localhost")
    with closing(http.client.HTTPConnection("127.0.0.1", parts.port, timeout=30)) as connection:
        connection.request("GET", parts.path or "/", headers={"Host": parts.netloc})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_nothing_printed_leads_to_aws(outputs: dict[str, str]) -> None:
    assert not [value for value in outputs.values() if "amazonaws.com" in value or ".on.aws" in value]


@pytest.mark.parametrize("name", ["RestUrl", "HttpUrl", "FunctionUrl"])
def test_apis_and_functions_answer(outputs: dict[str, str], name: str) -> None:
    status, body = get(outputs[name])

    assert (status, json.loads(body)["ok"]) == (200, True)


@pytest.mark.parametrize("name", ["RestUrl", "HttpUrl", "FunctionUrl"])
def test_what_is_answered_as_an_own_address_leads_here(outputs: dict[str, str], name: str) -> None:
    answer = json.loads(get(outputs[name])[1])

    assert answer["own"] == outputs[name]
    assert get(answer["own"])[0] == 200
    assert answer["other"] == "https://x.lambda-url.eu-west-1.on.aws/"  # of somebody else


def test_a_function_is_told_an_address_that_it_can_call(outputs: dict[str, str]) -> None:
    told = json.loads(get(outputs["FunctionUrl"])[1])["told"]

    assert told == outputs["RestUrl"]


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/", (200, "index.html")),
        ("/docs/", (200, "docs/index.html")),
        ("/docs", (302, "")),
        ("/missing", (404, "error.html")),
    ],
)
def test_a_website_answers(outputs: dict[str, str], path: str, answer: tuple[int, str]) -> None:
    assert get(outputs["SiteUrl"].rstrip("/") + path) == answer
