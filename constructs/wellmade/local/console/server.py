"""Serves the page and what it asks for, on the loopback, to whoever has this run's token."""

import hmac
import json
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from wellmade.errors import WellmadeError
from wellmade.local.console import actions, details, lists, machines
from wellmade.local.server import LocalCloud

_PAGE = {
    "/": ("index.html", "text/html"),
    "/console.css": ("console.css", "text/css"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
    **{f"/{name}.js": (f"{name}.js", "text/javascript") for name in ("console", "page", "views", "drawing")},
}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
LARGEST_BODY = 2 * 1024 * 1024
"""Bytes of a request; the largest message of a queue is half of it."""

Answer = Mapping[str, Any]
_READS: Mapping[str, Callable[[LocalCloud, Mapping[str, str]], Answer]] = {
    "stacks": lists.stacks,
    "functions": lists.functions,
    "queues": lists.queues,
    "buckets": lists.buckets,
    "tables": lists.tables,
    "machines": machines.machines,
    "alarms": lists.alarms,
    "gaps": lists.gaps,
    "log": details.log,
    "messages": details.messages,
    "objects": details.objects,
    "items": details.items,
    "executions": machines.executions,
    "execution": machines.execution,
}
_ACTIONS: Mapping[str, Callable[[LocalCloud, Mapping[str, Any]], Answer]] = {
    "send": actions.send,
    "redrive": actions.redrive,
}


@contextmanager
def console_at(cloud: LocalCloud, port: int) -> Iterator[str]:
    """Serve the console of a cloud and yield its address, which has the token.

    Raises:
        WellmadeError: If the port is taken.
    """
    token = secrets.token_urlsafe(30)
    try:
        server = _Server(("127.0.0.1", port), cloud, token)
    except OSError as error:
        raise WellmadeError(
            f"--port {port}: cannot listen there ({error.strerror}); leave the option out for a free port"
        ) from error
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/#{token}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], cloud: LocalCloud, token: str) -> None:
        self.cloud, self.token = cloud, token
        super().__init__(address, _Handler)

    def own_hosts(self) -> set[str]:
        """Return the names under which a browser may ask; any other one was made to lead here."""
        return {f"127.0.0.1:{self.server_port}", f"localhost:{self.server_port}"}


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "wellmade"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        """Answer with a file of the page, or with what there is."""
        parts = urlsplit(self.path)
        if not self._is_from_here():
            return
        if parts.path in _PAGE:
            name, kind = _PAGE[parts.path]
            self._send(HTTPStatus.OK, kind, (resources.files(__package__) / "page" / name).read_bytes())
            return
        read = _READS.get(parts.path.removeprefix("/api/"))
        self._answer(read, dict(parse_qsl(parts.query)))

    def do_POST(self) -> None:
        """Change something."""
        if not self._is_from_here():
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            self._refuse(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a body must have at most {LARGEST_BODY} bytes"
            )
            return
        body = self.rfile.read(int(length))
        if self.headers.get("Content-Type") != "application/json":
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "a body must be application/json")
            return
        try:
            given = json.loads(body)
        except ValueError:
            given = None
        if not isinstance(given, dict):
            self._refuse(HTTPStatus.BAD_REQUEST, "a body must be a JSON object")
            return
        self._answer(_ACTIONS.get(urlsplit(self.path).path.removeprefix("/api/")), given)

    def log_message(self, *_: object) -> None:
        """Keep quiet; the terminal shows the address alone."""

    def _is_from_here(self) -> bool:
        """Refuse names that lead here and are not ours, and requests of other pages."""
        origin = self.headers.get("Origin")
        hosts = self.server.own_hosts()
        if self.headers.get("Host") in hosts and (origin is None or origin.removeprefix("http://") in hosts):
            return True
        self._refuse(HTTPStatus.FORBIDDEN, "this page answers to its own address alone")
        return False

    def _answer(self, answer: Callable[[LocalCloud, Any], Answer] | None, given: Mapping[str, Any]) -> None:
        sent = self.headers.get("Authorization", "")
        if not hmac.compare_digest(sent.encode(), f"Bearer {self.server.token}".encode()):
            self._refuse(HTTPStatus.UNAUTHORIZED, "open the address that `wellmade local console` printed")
            return
        if answer is None:
            self._refuse(HTTPStatus.NOT_FOUND, "there is nothing of that name")
            return
        try:
            document = answer(self.server.cloud, given)
        except KeyError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, f"{error.args[0]} is missing")
        except (WellmadeError, ClientError) as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error))
        except BotoCoreError:
            self._refuse(HTTPStatus.BAD_GATEWAY, "the embedded AWS does not answer; has it ended?")
        else:
            self._send(HTTPStatus.OK, "application/json", json.dumps(document, default=str).encode())

    def _refuse(self, status: HTTPStatus, reason: str) -> None:
        self.close_connection = True  # a body may be unread
        self._send(status, "application/json", json.dumps({"error": reason}).encode())

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
