"""Gap: a bucket that is a website is none: no index document, no error document, no redirect."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from ministack.services import s3

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

_HOST = re.compile(r"([a-z0-9.-]+?)\.s3-website(?:[.-][a-z0-9-]+)?\.(?:localhost|amazonaws\.com)(?::\d+)?")


def with_websites(app: App) -> App:
    """Return the app with the website of each bucket that is one, at `<bucket>.s3-website.localhost`.

    Its objects are read as by anybody, so that the bucket's policy decides.
    """

    async def serve(scope: Message, receive: Receive, send: Send) -> None:
        headers = dict(scope.get("headers", []))
        found = _HOST.fullmatch(headers.get(b"host", b"").decode("latin-1").lower())
        if scope["type"] != "http" or not found:
            await app(scope, receive, send)
            return
        await _serve(app, scope, send, found[1])

    return serve


async def _serve(app: App, scope: Message, send: Send, bucket: str) -> None:
    settings = _settings(bucket)
    if settings is None:
        await _answer(send, 404, [], b"NoSuchWebsiteConfiguration: the bucket is no website\n")
        return
    if (target := settings.get("HostName")) is not None:
        location = f"{settings.get('Protocol') or 'http'}://{target}{scope['path']}"
        await _answer(send, 301, [(b"location", location.encode())], b"")
        return
    index = settings.get("Suffix") or "index.html"
    path = scope["path"] + (index if scope["path"].endswith("/") else "")
    status, headers, body = await _get(app, scope, bucket, path)
    if status in (403, 404) and not path.endswith(index):
        nested, _, _ = await _get(app, scope, bucket, f"{path}/{index}")
        if nested == 200:
            await _answer(send, 302, [(b"location", f"{scope['path']}/".encode())], b"")
            return
    if status in (403, 404) and (page := settings.get("Key")):
        found, its_headers, its_body = await _get(app, scope, bucket, f"/{page}")
        if found == 200:
            headers, body = its_headers, its_body
    await _answer(send, status, headers, b"" if scope["method"] == "HEAD" else body)


def _settings(bucket: str) -> dict[str, str] | None:
    """Return what the configuration of a website says, by element; None where the bucket is none."""
    owner = s3._bucket_owner_account(bucket)
    stored = s3._bucket_websites.get_scoped(owner, None, bucket) if owner else None
    if not stored:
        return None
    document = ET.fromstring(stored)  # noqa: S314 - this server wrote it
    return {element.tag.rpartition("}")[2]: element.text or "" for element in document.iter()}


async def _get(app: App, scope: Message, bucket: str, path: str) -> tuple[int, list[Any], bytes]:
    """Read an object of a bucket as somebody without credentials."""
    status, headers, body = 500, [], b""

    async def collect(message: Message) -> None:
        nonlocal status, headers, body
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = [pair for pair in message.get("headers", []) if pair[0].lower() != b"content-length"]
        body += message.get("body", b"")

    async def nothing() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    full = f"/{bucket}{path}"
    asked = [pair for pair in scope["headers"] if pair[0] in (b"if-none-match", b"range")]
    inner = {
        **scope,
        "method": "GET",
        "path": full,
        "raw_path": quote(full).encode(),
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1"), *asked],
    }
    await app(inner, nothing, collect)
    return status, headers, body


async def _answer(send: Send, status: int, headers: list[Any], body: bytes) -> None:
    sized = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": sized})
    await send({"type": "http.response.body", "body": body})
