"""Amazon SNS: publishes; deliveries to queues and functions cost nothing."""

from collections.abc import Iterator

from wellmade.cost.meter import Charge, flat
from wellmade.cost.usage import Usage
from wellmade.graph import Resource

PAGE = "https://aws.amazon.com/sns/pricing/"
PUBLISHES = flat("publishes", PAGE, "sns_1m_api_requests_publish_64_kb", per=1e6, free=1e6)
FIFO = flat("FIFO publishes", PAGE, "sns_fifo_1m_publishes", per=1e6)
FIFO_OUT = flat("FIFO deliveries", PAGE, "sns_fifo_1m_subscription_messages", per=1e6)


def topic(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield the publishes of a topic, and of a FIFO topic its deliveries."""
    messages = usage.messages(resource)
    if not resource.flag("FifoTopic"):
        yield Charge(PUBLISHES, messages)
        return
    subscribed = [
        one
        for one in usage.graph.of_type("AWS::SNS::Subscription")
        if usage.graph.target(one.get("TopicArn")) is resource
    ]
    yield Charge(FIFO, messages)
    yield Charge(FIFO_OUT, messages * len(subscribed))


PRICED = {"AWS::SNS::Topic": topic}
