"""Amazon SNS: publishes; deliveries to queues and functions cost nothing."""

from collections.abc import Iterator

from wellmade.cost.meter import Charge, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.graph import Resource, Value, as_list, as_mapping

PAGE = "https://aws.amazon.com/sns/pricing/"
PUBLISHES = flat("publishes", PAGE, "sns_1m_api_requests_publish_64_kb", per=1e6, free=1e6)
FIFO = flat("FIFO publishes", PAGE, "sns_fifo_1m_publishes", per=1e6)
FIFO_OUT = flat("FIFO deliveries", PAGE, "sns_fifo_1m_subscription_messages", per=1e6)
HTTP = flat("deliveries by HTTP", PAGE, "sns_100k_http_s_deliveries_over_100k", per=1e5, free=1e5)
FIREHOSE = flat("deliveries to Firehose", PAGE, "sns_1m_firehose_deliveries", per=1e6)
_NOTHING = ("sqs", "lambda")
"""To what a delivery costs nothing."""


def topic(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield the publishes of a topic, and its deliveries where they cost something."""
    messages = usage.messages(resource)
    if not resource.flag("FifoTopic"):
        yield Charge(PUBLISHES, messages)
        inline = [as_mapping(one).get("Protocol") for one in as_list(resource.get("Subscription"))]
        for protocol in inline:
            yield from _delivered(protocol, messages)
        return
    subscribed = [
        one
        for one in usage.graph.of_type("AWS::SNS::Subscription")
        if usage.graph.target(one.get("TopicArn")) is resource
    ]
    yield Charge(FIFO, messages)
    yield Charge(FIFO_OUT, messages * len(subscribed))


def subscription(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield what a topic delivers to a subscriber."""
    source = usage.graph.target(resource.get("TopicArn"), "AWS::SNS::Topic")
    if source is None or not source.flag("FifoTopic"):
        yield from _delivered(resource.get("Protocol"), usage.messages(source) if source else 0)


def _delivered(protocol: Value, messages: float) -> Iterator[Charge | NotPriced]:
    if protocol in ("http", "https"):
        yield Charge(HTTP, messages)
    elif protocol == "firehose":
        yield Charge(FIREHOSE, messages)
    elif protocol not in _NOTHING and messages:
        yield NotPriced(f"deliveries by {protocol if isinstance(protocol, str) else 'a way not told'}")


PRICED = {"AWS::SNS::Subscription": subscription, "AWS::SNS::Topic": topic}
