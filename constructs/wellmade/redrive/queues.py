"""Which queue holds the failed messages, and where they go back to."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from wellmade.errors import WellmadeError
from wellmade.redrive.answers import MOST_PAGES_OF_NAMES, OddAnswerError, check_number, need, need_word, shown
from wellmade.redrive.kinds import document
from wellmade.redrive.targets import Place, find_place

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ATTRIBUTES = "GetQueueAttributes"
_COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


@dataclass(frozen=True)
class Queue:
    """A queue and its attributes as SQS gave them."""

    url: str
    attributes: Mapping[str, str]

    @property
    def arn(self) -> str:
        """The queue's ARN."""
        return self.attributes["QueueArn"]

    @property
    def name(self) -> str:
        """The queue's name."""
        return self.arn.rsplit(":", 1)[1]

    @property
    def fifo(self) -> bool:
        """Whether order and groups count."""
        return self.name.endswith(".fifo")

    @property
    def one_a_call(self) -> bool:
        """Whether a call takes one message, to keep the order."""
        return self.fifo

    @property
    def dead_letter_arn(self) -> str | None:
        """Where this queue's own failures go."""
        policy = self.attributes.get("RedrivePolicy")
        return str(json.loads(policy)["deadLetterTargetArn"]) if policy else None

    @property
    def messages(self) -> int:
        """Roughly how many messages are visible, in flight or delayed."""
        return sum(int(self.attributes.get(count, "0")) for count in _COUNTS)

    @property
    def in_flight(self) -> int:
        """Roughly how many messages somebody has received and not deleted."""
        return int(self.attributes.get(_COUNTS[1], "0"))


@dataclass(frozen=True)
class Route:
    """From a dead-letter queue back to where its messages are worked on."""

    dead_letter: Queue
    target: Queue | Place
    origin: str | None
    """Only messages given up by this queue (ARN) go; None: a person named the target, and all may go."""


def find_route(sqs: "SQSClient", queue: str, to: str | None) -> Route:
    """Resolve what the person named into a route.

    Args:
        sqs: The client.
        queue: URL, ARN or name of a dead-letter queue, or of a queue that has one.
        to: Where messages go: a queue, or the ARN of a topic, a bus or a function. Default: the queue that
            gave them up.

    Raises:
        WellmadeError: If a queue does not exist, none of them is a dead-letter queue, several queues share
            it and none was named, or FIFO and standard would be mixed.
    """
    named = find_queue(sqs, queue)
    if named.dead_letter_arn:
        target = named if to is None else _find_target(sqs, to)
        return _checked(Route(find_queue(sqs, named.dead_letter_arn), target, named.arn))
    if to is not None:
        return _checked(Route(named, _find_target(sqs, to), None))
    sources = list(_sources(sqs, named))
    if len(sources) > 1:
        names = ", ".join(sorted(url.rsplit("/", 1)[1] for url in sources))
        raise WellmadeError(f"{named.name} is shared by {names}: name one of them, or a queue with --to")
    if not sources:
        raise WellmadeError(
            f"{named.name} is no queue's dead-letter queue and has none itself; "
            "name one that is, or say with --to where its messages go"
        )
    source = find_queue(sqs, sources[0])
    return _checked(Route(named, source, source.arn))


def find_queue(sqs: "SQSClient", name: str) -> Queue:
    """Return the queue of that URL, ARN or name.

    Raises:
        WellmadeError: If there is none.
    """
    try:
        url = name if "://" in name else _url(sqs, name)
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    except ClientError as error:
        if "NonExistentQueue" in error.response["Error"]["Code"] or "QueueDoesNotExist" in str(error):
            raise WellmadeError(f"there is no queue {name} in region {sqs.meta.region_name}") from error
        raise
    return _read(url, found)


def _read(url: str, answer: Any) -> Queue:
    """Read the attributes of a queue.

    Raises:
        OddAnswerError: If they are not those of a queue.
    """
    attributes = need(answer, ATTRIBUTES, "Attributes", dict)
    arn = need_word(attributes, ATTRIBUTES, "QueueArn")
    if arn.count(":") != 5 or not arn.startswith("arn:") or arn.split(":")[2] != "sqs":
        raise OddAnswerError(operation=ATTRIBUTES, wanted="the ARN of a queue", got=shown(arn))
    for name in (*_COUNTS, "MaximumMessageSize"):
        check_number(attributes, ATTRIBUTES, name, 10**12)
    if policy := attributes.get("RedrivePolicy"):
        need(document(str(policy)), ATTRIBUTES, "deadLetterTargetArn")
    return Queue(url, {str(name): value for name, value in attributes.items()})


def _find_target(sqs: "SQSClient", to: str) -> Queue | Place:
    return find_place(to) or find_queue(sqs, to)


def _url(sqs: "SQSClient", name: str) -> str:
    if not name.startswith("arn:"):
        return need_word(sqs.get_queue_url(QueueName=name), "GetQueueUrl", "QueueUrl")
    parts = name.split(":")
    if len(parts) != 6 or parts[2] != "sqs":
        raise WellmadeError(
            f"{name} is not the ARN of a queue; it looks like arn:aws:sqs:REGION:ACCOUNT:NAME"
        )
    found = sqs.get_queue_url(QueueName=parts[5], QueueOwnerAWSAccountId=parts[4])
    return need_word(found, "GetQueueUrl", "QueueUrl")


def _sources(sqs: "SQSClient", queue: Queue) -> Iterator[str]:
    pages = sqs.get_paginator("list_dead_letter_source_queues").paginate(QueueUrl=queue.url)
    for page in islice(pages, MOST_PAGES_OF_NAMES):
        yield from page.get("queueUrls") or []


def _checked(route: Route) -> Route:
    source, target = route.dead_letter, route.target
    if source.arn == target.arn:
        raise WellmadeError(f"--to must be another queue than the dead-letter queue, got {target.name}")
    if source.fifo != target.fifo:
        if isinstance(target, Place) and target.service != "sns" and source.fifo:
            raise WellmadeError(
                f"--to must be a FIFO queue or topic, to keep the order of {source.name}, got {target.name}"
            )
        kinds = {True: "FIFO", False: "standard"}
        raise WellmadeError(
            f"--to must be a {kinds[source.fifo]} {_form(target)} like {source.name}, got {target.name}, "
            f"which is {kinds[target.fifo]}"
        )
    return route


def _form(target: Queue | Place) -> str:
    return "topic" if isinstance(target, Place) else "queue"
