"""What CloudFormation sends, and where it hears the answers."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


@dataclass
class Formation:
    """A stack that waits for its resource."""

    url: str = ""
    answers: list[dict[str, Any]] = field(default_factory=list)

    def event(self, kind: str = "Create", **more: Any) -> dict[str, Any]:
        """Return what it sends."""
        return {
            "RequestType": kind,
            "ResponseURL": self.url,
            "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/shop/5f1b",
            "RequestId": "r-1",
            "LogicalResourceId": "Schema",
            "ResourceProperties": {"Newest": "0001_orders", "Digest": "d"},
            **more,
        }


@contextmanager
def listening_formation() -> Iterator[Formation]:
    """Listen on loopback for the answers."""
    formation = Formation()

    class Bucket(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            formation.answers.append(json.loads(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Bucket) as server:
        formation.url = f"http://127.0.0.1:{server.server_port}/bucket/key?X-Amz-Signature=4111111111111111"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield formation
        server.shutdown()
        thread.join()
