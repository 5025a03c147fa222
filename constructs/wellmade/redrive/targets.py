"""Where messages go with `--to`: a queue, a topic, an event bus or a function."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wellmade.errors import WellmadeError
from wellmade.redrive.entries import read_entries
from wellmade.redrive.kinds import document
from wellmade.redrive.message import Message, entry

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_ACCEPTED = 202
"""What Lambda answers to an event that it has queued."""

FORMS = {"sns": "topic", "events": "event bus", "lambda": "function"}
"""Services beside SQS that take messages, and what of them does."""


@dataclass(frozen=True)
class Place:
    """A topic, an event bus or a function."""

    arn: str

    @property
    def service(self) -> str:
        """The name that AWS's clients have."""
        return self.arn.split(":")[2]

    @property
    def url(self) -> str:
        """Its only address: the ARN."""
        return self.arn

    @property
    def name(self) -> str:
        """Its name, with its kind."""
        return (
            f"{FORMS[self.service]} {self.arn.split(':', 5)[5].rpartition('/')[2].removeprefix('function:')}"
        )

    @property
    def fifo(self) -> bool:
        """Whether order and groups count."""
        return self.service == "sns" and self.arn.endswith(".fifo")

    @property
    def one_a_call(self) -> bool:
        """Whether a call takes one message."""
        return self.fifo or self.service == "lambda"


@dataclass
class Delivered:
    """What became of one call."""

    accepted: list[tuple[Message, str]] = field(default_factory=list)
    """Each with the id that the target gave it."""
    refused: list[tuple[Message, str]] = field(default_factory=list)
    """Each with the reason."""
    unknown: list[Message] = field(default_factory=list)
    """Of these the answer does not say what became of them: they may be in the target."""


Deliver = Callable[[Sequence[Message]], Delivered]


def find_place(name: str) -> Place | None:
    """Return the topic, bus or function of that ARN; None for what must be a queue.

    Raises:
        WellmadeError: If it is the ARN of something else.
    """
    if not name.startswith("arn:") or name.split(":")[2:3] == ["sqs"]:
        return None
    parts = name.split(":", 5)
    kinds = {"sns": "", "events": "event-bus/", "lambda": "function:"}
    if len(parts) != 6 or parts[2] not in kinds or not parts[5].startswith(kinds[parts[2]]):
        raise WellmadeError(
            f"--to must be a queue, or the ARN of a topic, an event bus or a function, got {name}"
        )
    return Place(name)


def deliver_to_queue(sqs: "SQSClient", url: str, *, fifo: bool) -> Deliver:
    """Send up to ten messages in a call."""

    def deliver(batch: Sequence[Message]) -> Delivered:
        entries = [entry(message, number, fifo=fifo) for number, message in enumerate(batch)]
        return _read(batch, sqs.send_message_batch(QueueUrl=url, Entries=entries))

    return deliver


def deliver_to(client: Any, place: Place) -> Deliver:
    """Deliver to a topic, a bus or a function, with a client of its service."""
    senders = {"sns": _publish, "events": _put_events, "lambda": _invoke}
    return lambda batch: senders[place.service](client, place, batch)


def _publish(client: Any, place: Place, batch: Sequence[Message]) -> Delivered:
    entries = []
    for number, message in enumerate(batch):
        whole: dict[str, Any] = dict(entry(message, number, fifo=place.fifo))
        whole["Message"] = whole.pop("MessageBody")
        whole.pop("MessageSystemAttributes", None)
        if not place.fifo:
            whole.pop("MessageGroupId", None)
        entries.append(whole)
    return _read(batch, client.publish_batch(TopicArn=place.arn, PublishBatchRequestEntries=entries))


def _put_events(client: Any, place: Place, batch: Sequence[Message]) -> Delivered:
    """Put the events that the bodies are; one call takes ten, as here, and answers in their order."""
    found = Delivered()
    answer = client.put_events(Entries=[_event(document(message.body), place) for message in batch])
    results = answer.get("Entries") or []
    if len(results) != len(batch):
        return Delivered(unknown=list(batch))
    for message, result in zip(batch, results, strict=True):
        event, code = result.get("EventId"), result.get("ErrorCode")
        if event and not code:
            found.accepted.append((message, event))
        elif code and not event:
            found.refused.append((message, f"{code}: {result.get('ErrorMessage') or ''}"))
        else:
            found.unknown.append(message)
    return found


def _event(event: Mapping[str, Any], place: Place) -> dict[str, Any]:
    detail = event["detail"]
    return {
        "EventBusName": place.arn,
        "Source": str(event["source"]),
        "DetailType": str(event["detail-type"]),
        "Detail": detail if isinstance(detail, str) else json.dumps(detail, ensure_ascii=False),
        "Resources": [str(each) for each in event.get("resources") or ()],
    }


def _invoke(client: Any, place: Place, batch: Sequence[Message]) -> Delivered:
    """Invoke a function asynchronously, with the body as its event."""
    found = Delivered()
    for message in batch:
        answer = client.invoke(FunctionName=place.arn, InvocationType="Event", Payload=message.body.encode())
        if answer.get("StatusCode") == _ACCEPTED and not answer.get("FunctionError"):
            found.accepted.append((message, answer.get("ResponseMetadata", {}).get("RequestId", "")))
        else:
            found.unknown.append(message)
    return found


def _read(batch: Sequence[Message], answer: Mapping[str, Any]) -> Delivered:
    """Tell what became of each message; taken is what has a new id of its own, and the digest of its body."""
    entries = read_entries(answer, len(batch))
    ids = Counter(str(each.get("MessageId")) for each in entries.done.values())
    found = Delivered(
        refused=[(batch[place], reason) for place, reason in entries.refused.items()],
        unknown=[batch[place] for place in entries.unknown],
    )
    for place, each in entries.done.items():
        new_id, digest = each.get("MessageId"), each.get("MD5OfMessageBody")
        if (
            isinstance(new_id, str)
            and new_id
            and ids[new_id] == 1
            and digest in {None, "", md5(batch[place])}
        ):
            found.accepted.append((batch[place], new_id))
        else:
            found.unknown.append(batch[place])
    return found


def md5(message: Message) -> str:
    """Return the digest by which SQS says which body it took."""
    return hashlib.md5(message.body.encode(), usedforsecurity=False).hexdigest()
