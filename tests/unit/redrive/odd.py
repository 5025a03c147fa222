"""An SQS of one dead-letter queue whose answers a test can spoil, byte by byte, on loopback."""

import hashlib
import json
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ACCOUNT = "000000000000"
Answer = tuple[int, bytes]


def json_of(document: Any, status: int = 200) -> Answer:
    return status, json.dumps(document).encode()


@dataclass
class Endpoint:
    """Answers as SQS does, except for what is spoiled; knows what was taken and deleted."""

    bodies: list[str]
    spoiled: dict[str, Callable[[dict[str, Any], Answer], Answer | None]] = field(default_factory=dict)
    """By operation: what is answered instead of the right answer; None: nothing, and the line stays open."""
    sent: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    url: str = ""
    ended: threading.Event = field(default_factory=threading.Event)
    _in_flight: set[int] = field(default_factory=set)

    def answer(self, operation: str, request: dict[str, Any]) -> Answer | None:
        right = json_of(getattr(self, f"_{operation}")(request))
        return self.spoiled[operation](request, right) if operation in self.spoiled else right

    def _name(self, request: dict[str, Any]) -> str:
        return str(request["QueueUrl"]).rsplit("/", 1)[1]

    def _GetQueueUrl(self, request: dict[str, Any]) -> Any:  # noqa: N802 - as AWS names it
        return {"QueueUrl": f"{self.url}/{ACCOUNT}/{request['QueueName']}"}

    def _GetQueueAttributes(self, request: dict[str, Any]) -> Any:  # noqa: N802 - as AWS names it
        name = self._name(request)
        here = len(self.bodies) - len(set(self.deleted)) if name == "dead" else 0
        found = {
            "QueueArn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:{name}",
            "ApproximateNumberOfMessages": str(here),
        }
        if name == "orders":
            dead = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:dead"
            found["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 1})
        return {"Attributes": found}

    def _ReceiveMessage(self, request: dict[str, Any]) -> Any:  # noqa: N802 - as AWS names it
        taken = {f"id{place}" for place in self._in_flight} | set(self.deleted)
        places = [place for place in range(len(self.bodies)) if f"id{place}" not in taken]
        places = places[: request["MaxNumberOfMessages"]]
        self._in_flight.update(places)
        return {"Messages": [self.message(place) for place in places]} if places else {}

    def message(self, place: int) -> dict[str, Any]:
        return {
            "MessageId": f"id{place}",
            "ReceiptHandle": f"receipt{place}",
            "Body": self.bodies[place],
            "Attributes": {
                "ApproximateReceiveCount": "2",
                "SentTimestamp": "1700000000000",
                "DeadLetterQueueSourceArn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:orders",
            },
        }

    def _SendMessageBatch(self, request: dict[str, Any]) -> Any:  # noqa: N802 - as AWS names it
        done = []
        for entry in request["Entries"]:
            self.sent.append(entry["MessageBody"])
            digest = hashlib.md5(entry["MessageBody"].encode(), usedforsecurity=False).hexdigest()
            new = f"new{len(self.sent)}"
            done.append({"Id": entry["Id"], "MessageId": new, "MD5OfMessageBody": digest})
        return {"Successful": done}

    def _DeleteMessageBatch(self, request: dict[str, Any]) -> Any:  # noqa: N802 - as AWS names it
        self.deleted += [entry["ReceiptHandle"].replace("receipt", "id") for entry in request["Entries"]]
        return {"Successful": [{"Id": entry["Id"]} for entry in request["Entries"]]}

    def _ChangeMessageVisibilityBatch(self, request: dict[str, Any]) -> Any:  # noqa: N802 - as AWS names it
        self._in_flight -= {int(entry["ReceiptHandle"][7:]) for entry in request["Entries"]}
        return {"Successful": [{"Id": entry["Id"]} for entry in request["Entries"]]}


@contextmanager
def serving(endpoint: Endpoint) -> Any:
    """Serve it for as long as a test takes."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = endpoint.answer(self.headers["X-Amz-Target"].partition(".")[2], request)
            if answer is None:
                endpoint.ended.wait(30)
                self.close_connection = True
                return
            status, body = answer
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    endpoint.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield endpoint
    finally:
        endpoint.ended.set()
        server.shutdown()
        server.server_close()
