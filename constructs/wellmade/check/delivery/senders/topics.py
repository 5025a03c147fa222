"""Topics: their subscribers, and where messages go that no subscriber takes."""

from collections.abc import Iterator, Mapping

from wellmade.check.delivery.deployed import Deployed
from wellmade.check.delivery.need import Need, Sender
from wellmade.check.delivery.senders.common import Place, by_role, by_service, qualified_type
from wellmade.graph import Resource, Value, as_list, as_mapping, document

_SNS = "sns.amazonaws.com"
_DROPPED = "every message is dropped without a trace"


def _subscription(deployed: Deployed, subscription: Resource) -> Iterator[Need]:
    topic = deployed.graph.target(subscription.get("TopicArn"), "AWS::SNS::Topic")
    if topic and subscription.derived_from is None:
        yield from _needs(deployed, topic, subscription, subscription.properties, "")


def _topic(deployed: Deployed, topic: Resource) -> Iterator[Need]:
    for index, entry in enumerate(map(as_mapping, as_list(topic.get("Subscription")))):
        yield from _needs(deployed, topic, topic, entry, f"Subscription.{index}.")


def _needs(
    deployed: Deployed, topic: Resource, at: Resource, entry: Mapping[str, Value], path: str
) -> Iterator[Need]:
    source, endpoint = deployed.arn(topic), entry.get("Endpoint")
    place = Place(topic, at, f"{path}Endpoint", "delivers to", _DROPPED)
    kind = qualified_type(deployed, endpoint)
    if kind.endswith("DeliveryStream"):
        role = entry.get("SubscriptionRoleArn")
        yield from by_role(deployed, "target-permission", place, role, endpoint)
    else:
        rule = "queue-policy" if kind == "AWS::SQS::Queue" else "invoke-permission"
        yield from by_service(deployed, rule, place, _SNS, endpoint, source)
    failures = as_mapping(document(entry.get("RedrivePolicy"))).get("deadLetterTargetArn")
    failed = Place(topic, at, f"{path}RedrivePolicy", "sends undelivered messages to", _DROPPED)
    yield from by_service(deployed, "failure-policy", failed, _SNS, failures, source)


SENDERS: dict[str, Sender] = {"AWS::SNS::Subscription": _subscription, "AWS::SNS::Topic": _topic}
