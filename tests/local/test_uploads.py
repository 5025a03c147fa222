"""Files that senders put into a bucket by the URLs of a portal, from a program and from a page in a browser."""

import hashlib
import http.client
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aws_cdk as cdk
import pytest

from bench.cloud import ROOT
from stacks.settings import Settings
from stacks.uploads import AUDIENCE, ISSUER, PAGES, UploadsStack
from tests.local.console.browser import PROGRAM, opened
from tests.local.token_issuer import Issuer, issuing
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

MIB = 1024 * 1024
PAGE = b"""<!doctype html><title>Upload</title><script>
async function upload(portal, token, name, bytes, stop) {
  const body = JSON.stringify({size: bytes.length, content_type: "text/csv"});
  const headers = {authorization: `Bearer ${token}`, "content-type": "application/json"};
  const ask = (method, end = "") => fetch(`${portal}uploads/${name}${end}`, {method, headers, body});
  const place = await (await ask("PUT")).json();
  if (place.url) {
    await fetch(place.url, {method: "PUT", headers: place.headers, body: bytes});
  }
  for (const part of (place.parts || []).slice(0, stop)) {
    const from = (part.number - 1) * place.part_size;
    await fetch(part.url, {method: "PUT", body: bytes.slice(from, from + part.size)});
  }
  const answer = await ask("POST", "/completion");
  return {code: answer.status, asked: (place.parts || []).length, ...(await answer.json())};
}
</script>"""


@contextmanager
def serving(page: bytes) -> Iterator[str]:
    """Serve one page from an origin of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class Portal:
    """The deployed stack, as a sender uses it."""

    cloud: LocalCloud
    outputs: Mapping[str, str]
    issuer: Issuer
    page: str

    @property
    def path(self) -> str:
        """Where the API answers."""
        return f"/_aws/execute-api/{self.outputs['PortalApiId']}/$default/"

    def token(self, sender: str = "ada") -> str:
        """Return what lets a sender in."""
        return self.issuer.token(aud=AUDIENCE, sub=sender)

    def ask(self, method: str, what: str, body: Any, token: str | None = "") -> tuple[int, Any]:
        """Send a request to the API."""
        headers = {"content-type": "application/json"}
        if token is not None:
            headers["authorization"] = f"Bearer {token or self.token()}"
        with closing(http.client.HTTPConnection(urlsplit(self.cloud.endpoint).netloc, timeout=60)) as to:
            to.request(method, f"{self.path}uploads/{what}", json.dumps(body), headers)
            answer = to.getresponse()
            return answer.status, json.loads(answer.read() or b"null")

    def executions(self) -> list[tuple[str, str]]:
        """Return the larger files that the workflow was started for, and how that stands."""
        states = self.cloud.client("stepfunctions")
        listed = states.list_executions(stateMachineArn=self.outputs["WorkflowArn"])["executions"]
        found = [states.describe_execution(executionArn=each["executionArn"]) for each in listed]
        return [(json.loads(each["input"])["key"], each["status"]) for each in found]

    def receipt(self, key: str) -> dict[str, Any] | None:
        """Return the receipt of a file; None while there is none."""
        found = self.cloud.client("dynamodb").get_item(
            TableName=self.outputs["TableName"], Key={"pk": {"S": key}, "sk": {"N": "0"}}
        )
        item: dict[str, Any] | None = found.get("Item")
        return item


def put(url: str, body: bytes, headers: Mapping[str, str] | None = None) -> int:
    """Put bytes to a URL and return the status."""
    place = urlsplit(url)
    with closing(http.client.HTTPConnection(place.netloc, timeout=120)) as to:
        to.request("PUT", f"{place.path}?{place.query}", body, dict(headers or {}))
        answer = to.getresponse()
        answer.read()
        return answer.status


@pytest.fixture(scope="module")
def portal(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The stack, with the issuer and the page of this test."""
    with issuing() as issuer, serving(PAGE) as page:
        out = tmp_path_factory.mktemp("cdk.out")
        context = json.loads((ROOT / "cdk.json").read_text())["context"] | {"environment": "local"}
        app = cdk.App(context=context, outdir=str(out), analytics_reporting=False)
        UploadsStack(app, "uploads", settings=Settings.from_context(app.node))
        app.synth()
        file = out / "uploads.template.json"
        file.write_text(file.read_text().replace(ISSUER, issuer.url).replace(PAGES[0], page))
        outputs = deploy_assembly(cloud, out, ["uploads"]).outputs["uploads"]
        yield Portal(cloud, outputs, issuer, page)


def test_a_file_goes_straight_into_the_bucket_and_gets_a_receipt(
    portal: Portal, eventually: Callable[..., None]
) -> None:
    body = os.urandom(64_000)
    wanted = {"size": len(body), "content_type": "text/csv"}
    _, place = portal.ask("PUT", "small", wanted)
    assert put(place["url"], body, place["headers"]) == 200
    assert portal.ask("POST", "small/completion", wanted) == (
        200,
        {"status": "complete", "key": place["key"]},
    )
    eventually(lambda: portal.receipt(place["key"]) is not None)
    receipt = portal.receipt(place["key"]) or {}
    assert receipt["sha256"]["S"] == hashlib.sha256(body).hexdigest()
    assert put(place["url"], body, place["headers"]) == 412


def test_a_url_takes_nothing_but_what_was_announced(portal: Portal) -> None:
    _, place = portal.ask("PUT", "bound", {"size": 5, "content_type": "text/csv"})
    url, headers = place["url"], place["headers"]
    assert put(url, b"123456", headers) == 403
    assert put(url, b"12345", {**headers, "content-type": "text/html"}) == 403
    assert put(url, b"12345", {"content-type": "text/csv"}) == 403
    assert put(url.replace("bound.", "other."), b"12345", headers) == 403
    assert put(url, b"12345", headers) == 200


def test_nobody_without_a_token_and_nobody_on_the_file_of_another(portal: Portal) -> None:
    wanted = {"size": 5, "content_type": "text/csv"}
    assert portal.ask("PUT", "mine", wanted, None)[0] == 401
    _, mine = portal.ask("PUT", "mine", wanted)
    _, other = portal.ask("PUT", "mine", wanted, portal.token("bob"))
    assert mine["key"] != other["key"]


@pytest.mark.scan
def test_parts_are_interrupted_and_go_on(portal: Portal, eventually: Callable[..., None]) -> None:
    body = os.urandom(MIB) * 110
    wanted = {"size": len(body), "content_type": "text/csv"}
    _, place = portal.ask("PUT", "large", wanted)
    size = place["part_size"]
    for part in place["parts"][:4]:
        from_ = (part["number"] - 1) * size
        assert put(part["url"], body[from_ : from_ + part["size"]]) == 200
    assert put(place["parts"][4]["url"], body[: size - 1]) == 403
    assert portal.ask("POST", "large/completion", wanted)[0] == 409
    _, again = portal.ask("PUT", "large", wanted)
    assert [each["number"] for each in again["parts"]] == [5, 6, 7]
    for part in again["parts"]:
        from_ = (part["number"] - 1) * size
        assert put(part["url"], body[from_ : from_ + part["size"]]) == 200
    assert portal.ask("POST", "large/completion", wanted)[0] == 200
    eventually(lambda: portal.receipt(place["key"]) is not None, otherwise=portal.executions)
    receipt = portal.receipt(place["key"]) or {}
    assert receipt["sha256"]["S"] == hashlib.sha256(body).hexdigest()
    eventually(lambda: portal.executions() == [(place["key"], "SUCCEEDED")], otherwise=portal.executions)


@pytest.mark.scan
def test_a_task_that_fails_fails_its_step(portal: Portal, eventually: Callable[..., None]) -> None:
    states = portal.cloud.client("stepfunctions")
    deployed = states.describe_state_machine(stateMachineArn=portal.outputs["WorkflowArn"])
    receive = json.loads(deployed["definition"])["States"]["Receive"]
    once = {name: value for name, value in receive.items() if name not in ("Retry", "Catch", "Next")}
    definition = json.dumps({"StartAt": "Receive", "States": {"Receive": {**once, "End": True}}})
    machine = states.create_state_machine(name="once", roleArn=deployed["roleArn"], definition=definition)
    nowhere = {"bucket": "nobody-has-this", "key": "a.csv", "etag": "0", "version": ""}
    execution = states.start_execution(stateMachineArn=machine["stateMachineArn"], input=json.dumps(nowhere))[
        "executionArn"
    ]
    eventually(lambda: states.describe_execution(executionArn=execution)["status"] != "RUNNING")
    described = states.describe_execution(executionArn=execution)
    assert (described["status"], described["error"]) == ("FAILED", "States.TaskFailed")


@pytest.mark.scan
@pytest.mark.skipif(PROGRAM is None, reason="no chromium, chromium-browser or google-chrome on PATH")
def test_a_page_uploads_from_a_browser_and_goes_on(portal: Portal, tmp_path: Path) -> None:
    script = (
        f"upload('{portal.cloud.endpoint}{portal.path}', '{portal.token()}', '%s', new Uint8Array(%d), %d)"
    )
    with opened(tmp_path) as new_page:
        page = new_page(hears_requests=False)
        page.open(portal.page)
        page.until("typeof upload === 'function'")
        whole = page.run(script % ("page-small", 5_000, 99))
        assert (whole["code"], whole["asked"]) == (200, 0)
        broken = page.run(script % ("page-large", 110 * MIB, 5))
        assert (broken["code"], broken["asked"]) == (409, 7)
        done = page.run(script % ("page-large", 110 * MIB, 99))
        assert (done["code"], done["asked"]) == (200, 2)
        other = new_page(hears_requests=False)
        with serving(PAGE) as elsewhere:
            other.open(elsewhere)
            other.until("typeof upload === 'function'")
            failed = other.run(f"{script % ('elsewhere', 10, 1)}.then(() => '', (error) => error.name)")
        assert failed == "TypeError"
    size = portal.cloud.client("s3").head_object(Bucket=portal.outputs["InboxBucketName"], Key=done["key"])[
        "ContentLength"
    ]
    assert size == 110 * MIB
