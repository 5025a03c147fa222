"""Amazon SQS: requests of up to 64 KB each."""

from collections.abc import Iterator
from math import ceil

from wellmade.cost.meter import Charge, Meter, flat
from wellmade.cost.usage import Usage
from wellmade.graph import Resource

PAGE = "https://aws.amazon.com/sqs/pricing/"
STANDARD = flat("requests", PAGE, "sqs_1m_requests_standard", per=1e6, free=1e6)
FIFO = flat("FIFO requests", PAGE, "sqs_1m_requests_fifo", per=1e6)
CHUNK_KILOBYTES = 64


def requests_of(queue: Resource) -> Meter:
    """Return the meter of a queue."""
    return FIFO if queue.flag("FifoQueue") else STANDARD


def queue(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield a send of each message, and a receive and a delete of each batch."""
    messages = usage.messages(resource)
    if not messages:
        return
    meter, chunks = requests_of(resource), ceil(usage.kilobytes(resource) / CHUNK_KILOBYTES)
    yield Charge(meter, messages * chunks)
    for channel in usage.channels:
        if channel.source == resource.id:
            filled = usage.filled(channel)
            taken = messages * channel.share * channel.work.tries_alone
            yield Charge(meter, taken * chunks / (filled if chunks == 1 else 1) + taken / filled)


PRICED = {"AWS::SQS::Queue": queue}
