"""Gap: every page that the developer opens can talk to the emulator, and every name leads to it.

A web page can send requests to the loopback, and a name of its own can be made to lead there (rebinding).
So the server answers only to names of this machine and of AWS; what a page of somebody else sends reaches
nothing but the app's own public endpoints, as on AWS, and nothing but they say whom they share answers with.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import functools
import ipaddress
import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from ministack import app as ministack

from .posted_forms import is_form
from .signed_headers import unsigned

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

_HOST = re.compile(r"(\[[\da-fA-F:.]+\]|[\w.-]+)(:\d+)?", re.ASCII)
"""A name or an address and a port, nothing else, such as what a browser would take for a user or a path."""
_NAMES = re.compile(
    r"(.+\.)?localhost|[a-z-]+-127\.0\.0\.1|.+\.(amazonaws\.com(\.cn)?|cloudfront\.net|on\.aws)"
)
"""This machine's names, which browsers lead nowhere else, that of it with a prefix, such as SDKs put before
an address and no name server knows, and those that only AWS can lead anywhere, somebody's instance too."""
_OF_OTHERS = re.compile(r".+\.(amazonaws\.com(\.cn)?|cloudfront\.net|on\.aws)(:\d+)?", re.IGNORECASE)
"""Of these names pages of others come, too."""
_ADMINISTRATION = re.compile(r"/_(ministack|localstack|aws)(/|$)")
_SERVED = re.compile(
    r"/_ministack/(health$|cfn-(response|signal)/[\w-]{16,})|/_aws/(execute-api|lambda-url)/"
)
"""Of MiniStack's own paths: its health, answers under a token that only who was asked knows, endpoints."""
_PUBLIC = re.compile(
    r"/oauth2/(authorize|token|userInfo|idpresponse)$|/(login|logout)$|.*/\.well-known/|/graphql$|/v1/apis/[^/]+/graphql$"
)
"""What Cognito and AppSync answer to anybody's page, on AWS too."""


def guarded(app: App, port: int) -> App:
    """Return the app with nobody let in who has no business here.

    Args:
        app: Serves every call.
        port: Where it listens.
    """

    async def serve(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        host, path = headers.get("host", ""), scope["path"]
        kind = headers.get("content-type", "")
        is_form.set(scope.get("method") == "POST" and kind.startswith("multipart/form-data"))
        endpoint = _is_endpoint(host, path)
        if refusal := _refusal(host, path, port, scope, headers, endpoint=endpoint):
            await _refuse(scope, send, refusal)
            return
        try:
            await app(scope, receive, send if endpoint else _without_sharing(send, headers, scope, path))
        except RecursionError:  # while a body is read, before anything is answered
            await _refuse(scope, send, "the body is nested too deeply")

    return serve


def _refusal(
    host: str, path: str, port: int, scope: Message, headers: dict[str, str], *, endpoint: bool
) -> str | None:
    """Return why a request is not served."""
    if not (_is_ours(host) or ministack._resolve_custom_domain_request(host, path)):
        return f"Host must be a name of this machine, got {host!r}; call http://127.0.0.1:{port}"
    if _ADMINISTRATION.match(path) and not _SERVED.match(path):
        return f"{path} is not served; everything is reached through the APIs of AWS"
    if ministack._is_ecr_registry_path(path):
        return "images are neither pushed nor pulled here; what runs is built from a directory of the app"
    if beside := unsigned(headers, scope["query_string"].decode("latin-1")):
        return f"There were headers present in the request which were not signed: {', '.join(beside)}"
    return None if endpoint else _page_refusal(port, scope, headers)


def _page_refusal(port: int, scope: Message, headers: dict[str, str]) -> str | None:
    """Return why a page may not send this to AWS itself; a bucket's policy judges what is sent to it."""
    if scope["type"] == "websocket":
        return "a WebSocket must lead to an API"
    if _is_of_a_page(headers, port) and _service(scope, headers) != "s3":
        return "a request of a web page must go to an endpoint of the app, not to AWS itself"
    return None


@functools.lru_cache(maxsize=256)
def _is_ours(host: str) -> bool:
    found = _HOST.fullmatch(host)
    name = found[1].strip("[]").lower() if found else ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return bool(_NAMES.fullmatch(name))


def _is_endpoint(host: str, path: str) -> bool:
    """Whether this is a public endpoint of the deployed app, which decides itself whom it answers."""
    return bool(
        ministack._parse_execute_api_url(host, path)
        or ministack._parse_lambda_url(host, path)
        or ministack._parse_cloudfront_dataplane_host(host)
        or ministack._is_potential_alb_request(host, path)
        or _PUBLIC.match(path)
        or ".appsync-" in host
        or ".s3-website" in host
        or (not _is_ours(host) and ministack._resolve_custom_domain_request(host, path))
    )


def _is_of_a_page(headers: dict[str, str], port: int) -> bool:
    """Whether a browser sent this for a page that this server did not serve itself."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "none") in ("cross-site", "same-site")
    host = origin.rpartition("://")[2]
    return bool(_OF_OTHERS.fullmatch(host)) or not (_is_ours(host) and host.endswith(f":{port}"))


def _service(scope: Message, headers: dict[str, str]) -> str:
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return str(ministack.detect_service(scope["method"], scope["path"], headers, query))


def _without_sharing(send: Send, headers: dict[str, str], scope: Message, path: str) -> Send:
    """Leave out that other pages may read the answer; a bucket says so itself."""
    is_of_s3 = "origin" in headers and _service(scope, headers) == "s3"
    if is_of_s3 and ministack._s3_cors_target(headers.get("host", ""), path):
        return send

    async def send_unshared(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [
                (name, value)
                for name, value in message.get("headers", [])
                if not name.lower().startswith(b"access-control-")
            ]
            message = {**message, "headers": kept}
        await send(message)

    return send_unshared


async def _refuse(scope: Message, send: Send, reason: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    body = json.dumps({"__type": "AccessDenied", "message": reason}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
