"""One mocked AWS for the whole run, emptied before each test; queues with something in them."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from moto import mock_aws
from moto.moto_api._internal.models import moto_api_backend
from moto.sqs.models import Message, SQSBackend
from moto.sqs.responses import SQSResponse

from wellmade.redrive.queues import Route, find_route

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType

    Attributes = dict[QueueAttributeNameType, str]

REGION = "eu-west-1"


FOREIGN: set[str] = set()
"""Ids of messages in a dead-letter queue that no queue gave up."""


def _with_sources(receive: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Say, as AWS does and moto does not, which queue gave a message up."""

    def received(response: Any) -> Any:
        answer, name = receive(response), response._get_queue_name()
        arn = f"arn:aws:sqs:{REGION}:123456789012:{name.replace('-dlq', '')}"
        for message in answer.result.get("Messages", ()) if "-dlq" in name else ():
            if message["MessageId"] not in FOREIGN and "Attributes" in message:
                message["Attributes"]["DeadLetterQueueSourceArn"] = arn
        return answer

    return received


def _is_kept(backend: SQSBackend, queue_name: str, message: Message) -> bool:
    """Tell whether a message is within its retention, as moto does, which counts all messages for each."""
    period: int = backend.get_queue(queue_name).message_retention_period  # type: ignore[attr-defined] # set by moto at run time
    return bool(period + message.sent_timestamp / 1000 > time.time())  # type: ignore[operator] # of a message sent


@pytest.fixture(scope="module")
def _mocked_aws() -> Iterator[None]:
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQSResponse, "receive_message", _with_sources(SQSResponse.receive_message))
        patch.setattr(SQSBackend, "is_message_valid_based_on_retention_period", _is_kept)
        yield


@pytest.fixture(autouse=True)
def _empty_aws(_mocked_aws: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    moto_api_backend.reset()
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    FOREIGN.clear()


@pytest.fixture
def sqs() -> "SQSClient":
    client: SQSClient = boto3.client("sqs", region_name=REGION)
    return client


@dataclass
class House:
    """A source queue with its dead-letter queue, and means to fill and read them."""

    sqs: "SQSClient"
    suffix: str = ""
    source: str = field(init=False)
    dead: str = field(init=False)

    def __post_init__(self) -> None:
        fifo: Attributes = {"FifoQueue": "true"} if self.suffix else {}
        self.dead = self.sqs.create_queue(QueueName=f"orders-dlq{self.suffix}", Attributes=fifo)["QueueUrl"]
        policy = json.dumps({"deadLetterTargetArn": self.arn(self.dead), "maxReceiveCount": 3})
        self.source = self.sqs.create_queue(
            QueueName=f"orders{self.suffix}", Attributes={"RedrivePolicy": policy, **fifo}
        )["QueueUrl"]

    @property
    def route(self) -> Route:
        return find_route(self.sqs, self.source, None)

    def arn(self, url: str) -> str:
        return self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]

    def put(self, bodies: Sequence[str], **extra: Any) -> list[str]:
        """Put messages there that no queue gave up; return their ids."""
        ids = self.fail(bodies, **extra)
        FOREIGN.update(ids)
        return ids

    def fail(self, bodies: Sequence[str], **extra: Any) -> list[str]:
        """Put messages where failed ones lie; return their ids."""
        ids: list[str] = []
        for start in range(0, len(bodies), 10):
            entries = [
                {"Id": str(n), "MessageBody": body, **extra}
                for n, body in enumerate(bodies[start : start + 10])
            ]
            answer = self.sqs.send_message_batch(QueueUrl=self.dead, Entries=cast("Any", entries))
            ids += [message["MessageId"] for message in answer["Successful"]]
        return ids

    def visible(self, url: str) -> Counter[str]:
        """Return what can be received from a queue right now."""
        found: Counter[str] = Counter()
        while messages := self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=900
        ).get("Messages"):
            found.update(message["Body"] for message in messages)
        return found


@pytest.fixture
def house(sqs: "SQSClient") -> House:
    return House(sqs)


@pytest.fixture
def fifo_house(sqs: "SQSClient") -> House:
    return House(sqs, ".fifo")


@dataclass
class Spy:
    """A client that records its calls and lets a test replace some of them."""

    sqs: "SQSClient"
    replaced: dict[str, Callable[..., Any]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            self.calls.append((name, arguments))
            return self.replaced.get(name, getattr(self.sqs, name))(**arguments)

        return call

    def entries(self, name: str) -> list[list[dict[str, Any]]]:
        """Return the entries of each call of that name."""
        return [arguments["Entries"] for called, arguments in self.calls if called == name]

    @property
    def client(self) -> "SQSClient":
        return cast("SQSClient", self)


@pytest.fixture
def spy(sqs: "SQSClient") -> Spy:
    return Spy(sqs)


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()
