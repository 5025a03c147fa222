"""Addition: a log of which calls functions and programs make, for `wellmade prove --local`.

A line holds who called, with which role, what, and on what: names and what conditions ask for. No payload,
no secret and no credential is written, by the same list as when tests are recorded.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import importlib.util
import json
import logging
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

from ministack.services import sts

from .api_requests import ApiRequest, read

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

FILE = "calls.jsonl"
"""Its name, in the server's folder; it ends with the server."""
MOST = 2000
"""So many different calls of one operation are written of one session; of more, only that there are more."""
_CREDENTIAL = re.compile(r"(ASIA\w+)/\d+/([\w-]+)/([\w-]+)/aws4_request")
_BY_HAND = ("execute-api", "appsync", "es", "aoss")
"""Services whose requests code signs itself; none is an operation but those to the clients of WebSockets."""
_REDACTION = Path(__file__).parents[2] / "prove" / "hearing" / "redaction.py"
logger: logging.Logger = logging.getLogger("access_log")


@dataclass(frozen=True)
class _Called:
    service: str
    operation: str
    parameters: Mapping[str, Any]


def logged(app: App, file: Path) -> App:
    """Return the app with each call of a session written to a file, each different one once.

    Args:
        app: Serves every call.
        file: JSON lines are appended to it.
    """
    log = _Log(file)

    async def serve(scope: Message, receive: Receive, send: Send) -> None:
        signed = _signed(scope) if scope["type"] == "http" else None
        if signed is None:
            await app(scope, receive, send)
            return
        body: list[bytes] = []

        async def receive_and_keep() -> Message:
            message = await receive()
            body.append(message.get("body", b""))
            return message

        async def send_and_write(message: Message) -> None:
            if message["type"] == "http.response.start":
                log.write(scope, signed, b"".join(body), message["status"])
            await send(message)

        await app(scope, receive_and_keep, send_and_write)

    return serve


def _signed(scope: Message) -> re.Match[str] | None:
    """Return key, region and service of a request that a session has signed, in a header or its address."""
    headers = dict(scope["headers"])
    if b"aws-cdk" in headers.get(b"user-agent", b""):
        return None  # deploys, with roles of its own
    query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    text = headers.get(b"authorization", b"").decode("latin-1") or query.get("X-Amz-Credential", "")
    found = _CREDENTIAL.search(text)
    return found if found and found[1] in sts._sessions else None


class _Log:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: set[str] = set()
        self._count: Counter[tuple[str, str, str]] = Counter()
        specification = importlib.util.spec_from_file_location("redaction", _REDACTION)
        # The library itself is not installed where this server runs; this module of it needs botocore alone.
        self._redaction: Any = importlib.util.module_from_spec(specification)  # type: ignore[arg-type]
        specification.loader.exec_module(self._redaction)  # type: ignore[union-attr]

    def write(self, scope: Message, signed: re.Match[str], body: bytes, status: int) -> None:
        session = sts._sessions[signed[1]]["Arn"]
        called = self._called(scope, signed, body)
        entry: dict[str, Any] = {
            "session": session,
            "service": called.service,
            "operation": called.operation,
            "parameters": self._redaction.redacted(called),
            "region": signed[2],
            "denied": status in (401, 403),
        }
        line = json.dumps(entry, sort_keys=True)
        key = (session, called.service, called.operation)
        if line in self._seen or self._count[key] > MOST:
            return
        self._seen.add(line)
        self._count[key] += 1
        if self._count[key] > MOST:
            line = json.dumps({"session": session, "service": key[1], "operation": key[2], "more": True})
        with self._file.open("a") as log:
            log.write(f"{line}\n")

    def _called(self, scope: Message, signed: re.Match[str], body: bytes) -> _Called:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1").partition("?")[0]
        if signed[3] in _BY_HAND and "/@connections/" not in path:
            url = f"http://{headers.get('host', '')}{path}"
            return _Called(signed[3], "SignedRequest", {"Method": scope["method"], "Url": url})
        if signed[3] == "s3" and (bucket := _bucket_of(headers.get("host", ""))):
            path = f"/{bucket}{path}"
        query = scope["query_string"].decode("latin-1")
        try:
            found = read(ApiRequest(signed[3], scope["method"], path, query, headers, body))
        except (ValueError, TypeError, KeyError) as error:
            logger.warning(
                "%s %s of %s is not as its API has it: %s", scope["method"], path, signed[3], error
            )
            found = None
        return _Called(*found) if found else _Called(signed[3], "", {"Method": scope["method"], "Path": path})


def _bucket_of(host: str) -> str:
    """Return the bucket that a host's name begins with, empty if it names none."""
    name = host.partition(":")[0]
    found = re.fullmatch(r"(.+?)\.(?:s3[.-].*|localhost)", name)
    return found[1] if found and found[1] != "s3" else ""
