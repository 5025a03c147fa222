"""An asynchronous invocation is tried again, and its end is told to destinations."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.local.functions import make_function
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

HANDLER = """
def handler(event, context):
    if event["fail"]:
        raise ValueError("no")
    return {"done": True}
"""


def by_itself(cloud: LocalCloud, _arn: str, name: str, event: dict[str, bool]) -> None:
    cloud.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event))


def by_topic(cloud: LocalCloud, arn: str, name: str, event: dict[str, bool]) -> None:
    topic = cloud.client("sns").create_topic(Name=name)["TopicArn"]
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    cloud.client("sns").publish(TopicArn=topic, Message=json.dumps(event))


def by_rule(cloud: LocalCloud, arn: str, name: str, event: dict[str, bool]) -> None:
    client = cloud.client("events")
    client.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    client.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": arn}])
    client.put_events(Entries=[{"Source": name, "DetailType": "test", "Detail": json.dumps(event)}])


def by_log_group(cloud: LocalCloud, arn: str, name: str, event: dict[str, bool]) -> None:
    client = cloud.client("logs")
    client.create_log_group(logGroupName=name)
    client.create_log_stream(logGroupName=name, logStreamName="one")
    client.put_subscription_filter(logGroupName=name, filterName="all", filterPattern="", destinationArn=arn)
    lines = [{"timestamp": int(time.time() * 1000), "message": json.dumps(event)}]
    client.put_log_events(logGroupName=name, logStreamName="one", logEvents=lines)


@pytest.fixture(params=[by_itself])
def sender(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Who invokes the function."""
    invoke: Callable[..., None] = request.param
    return invoke


@pytest.fixture
def received(
    cloud: LocalCloud, eventually: Callable[..., None], sender: Callable[..., None]
) -> Callable[[str, dict[str, bool], dict[str, int]], Any]:
    """Invoke a function with an event and return what its destination is told."""

    def end_of(name: str, event: dict[str, bool], settings: dict[str, int]) -> Any:
        client, sqs = make_function(cloud, name, HANDLER), cloud.client("sqs")
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        target = {"Destination": f"arn:aws:sqs:us-east-1:000000000000:{name}"}
        client.put_function_event_invoke_config(
            FunctionName=name, DestinationConfig={"OnSuccess": target, "OnFailure": target}, **settings
        )
        sender(cloud, f"arn:aws:lambda:us-east-1:000000000000:function:{name}", name, event)
        messages: list[Any] = []

        def arrived() -> bool:
            messages.extend(sqs.receive_message(QueueUrl=url).get("Messages", []))
            return bool(messages)

        eventually(arrived)
        [message] = messages
        return json.loads(message["Body"])

    return end_of


def test_what_went_well_is_told(received: Callable[..., Any]) -> None:
    told = received("went-well", {"fail": False}, {})

    context = told["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("Success", 1)
    assert (told["requestPayload"], told["responsePayload"]) == ({"fail": False}, {"done": True})
    assert "functionError" not in told["responseContext"]


@pytest.mark.parametrize("retries", [0, 1])
def test_what_failed_is_told_with_its_tries(received: Callable[..., Any], retries: int) -> None:
    told = received(f"failed-{retries}", {"fail": True}, {"MaximumRetryAttempts": retries})

    context = told["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("RetriesExhausted", retries + 1)
    assert told["responseContext"]["functionError"] == "Unhandled"
    assert told["responsePayload"]["errorMessage"] == "no"


@pytest.mark.parametrize("sender", [by_topic, by_rule, by_log_group], indirect=True)
def test_services_invoke_asynchronously(received: Callable[..., Any], request: pytest.FixtureRequest) -> None:
    name = request.node.callspec.id.replace("_", "-")

    told = received(name, {"fail": True}, {"MaximumRetryAttempts": 1})

    context = told["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("RetriesExhausted", 2)
    assert told["responsePayload"]["errorType"] == "KeyError"  # their events have another shape
