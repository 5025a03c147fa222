"""Who signs in at a load balancer by a provider is let in; who writes the cookie of it is not."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.local.security.conftest import Answer, Send
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

CLAIMS = {"sub": "ann"}


class Provider(BaseHTTPRequestHandler):
    """Exchanges every code, and tells who it is of."""

    def do_POST(self) -> None:
        self._say({"access_token": "of ann"})

    def do_GET(self) -> None:
        self._say(CLAIMS)

    def _say(self, document: object) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def host(cloud: LocalCloud) -> Iterator[str]:
    """A load balancer that lets in who has signed in, by the name at which browsers find it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Provider) as provider:
        threading.Thread(target=provider.serve_forever, daemon=True).start()
        place = f"http://127.0.0.1:{provider.server_port}"
        elb = cloud.client("elbv2")
        made = elb.create_load_balancer(Name="members", Subnets=["subnet-1", "subnet-2"])["LoadBalancers"][0]
        sign_in = {
            "Issuer": place,
            "AuthorizationEndpoint": f"{place}/authorize",
            "TokenEndpoint": f"{place}/token",
            "UserInfoEndpoint": f"{place}/user",
            "ClientId": "web",
            "ClientSecret": "secret",
        }
        welcome = {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": "come in"}
        elb.create_listener(
            LoadBalancerArn=made["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[
                {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": sign_in},
                {"Type": "fixed-response", "Order": 2, "FixedResponseConfig": welcome},
            ],
        )
        yield f"members.alb.localhost:{urlsplit(cloud.endpoint).port}"
        provider.shutdown()


def come_back(send: Send, host: str) -> Answer:
    """Sign in, and come back from the provider as a browser does."""
    away = send("GET", "/", Host=host).headers["location"]
    state = parse_qs(urlsplit(away).query)["state"][0]
    path = f"/oauth2/idpresponse?code=any&state={state}"
    return send("GET", path, Host=host, Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")


def test_who_has_signed_in_is_let_in(send: Send, host: str) -> None:
    cookie = come_back(send, host).headers["set-cookie"].partition(";")[0]

    assert send("GET", "/", Host=host, Cookie=cookie).body == "come in"


def test_who_writes_a_session_is_sent_to_the_provider(send: Send, host: str) -> None:
    name, _, given = come_back(send, host).headers["set-cookie"].partition(";")[0].partition("=")
    session = {"claims": {"sub": "boss"}, "access_token": "", "exp": int(time.time()) + 600}
    true = json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
    for forged in (session, {**true, "session": session}, {"session": session}):
        cookie = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode().rstrip("=")
        assert send("GET", "/", Host=host, Cookie=f"{name}={cookie}").status == 302
