"""What attackers have: a socket to the loopback, and for the malicious handler a place to run."""

import http.client
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.local.functions import make_function
from wellmade.local.server import LocalCloud, start


@dataclass(frozen=True)
class Answer:
    """What an attacker got back."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def served(self) -> bool:
        """Whether the request was carried out."""
        return self.status < 300

    @property
    def shared(self) -> list[str]:
        """The headers that let a page of somebody else's read the answer."""
        return [name for name in self.headers if name.startswith("access-control-")]


Send = Callable[..., Answer]


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """The cloud under attack, with a bucket, an object and a queue in it."""
    running = start(tmp_path_factory.mktemp("attacked"), lifetime=timedelta(hours=1), parent=os.getpid())
    with running:
        running.client("s3").create_bucket(Bucket="ledger")
        running.client("s3").put_object(Bucket="ledger", Key="january.csv", Body=b"a secret")
        queue = running.client("sqs").create_queue(QueueName="orders")["QueueUrl"]
        running.client("sqs").send_message(QueueUrl=queue, MessageBody="a secret")
        yield running


@pytest.fixture(scope="session")
def send(cloud: LocalCloud) -> Send:
    """Send a request with exactly these headers; `Host` is the endpoint's own unless it is given."""
    address = urlsplit(cloud.endpoint)

    def request(method: str, path: str, body: str = "", **headers: str) -> Answer:
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body.encode() if body else None, given)
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        answer = Answer(response.status, found, response.read().decode(errors="replace"))
        connection.close()
        return answer

    return request


@pytest.fixture(scope="session")
def run_handler(cloud: LocalCloud) -> Callable[..., Any]:
    """Deploy a Python handler and return what it answers."""

    def run(name: str, source: str, event: object = None, runtime: str = "python3.13") -> Any:
        client = make_function(cloud, name, source, runtime=runtime, Timeout=20)
        answer = client.invoke(FunctionName=name, Payload=json.dumps(event).encode())
        return json.load(answer["Payload"])

    return run


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    """A file of the developer."""
    file = tmp_path / "credentials"
    file.write_text("a secret")
    return file
