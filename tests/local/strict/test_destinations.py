"""An asynchronous invocation is tried again, and its end is told to destinations."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
HANDLER = """
def handler(event, context):
    if event["fail"]:
        raise ValueError("no")
    return {"done": True}
"""


@pytest.fixture
def received(
    cloud: LocalCloud, eventually: Callable[..., None]
) -> Callable[[str, dict[str, bool], dict[str, int]], Any]:
    """Invoke a function with an event and return what its destination is told."""

    def end_of(name: str, event: dict[str, bool], settings: dict[str, int]) -> Any:
        client, sqs = cloud.client("lambda"), cloud.client("sqs")
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("index.py", HANDLER)
        role = cloud.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
        client.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=role,
            Handler="index.handler",
            Code={"ZipFile": code.getvalue()},
        )
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        target = {"Destination": f"arn:aws:sqs:us-east-1:000000000000:{name}"}
        client.put_function_event_invoke_config(
            FunctionName=name, DestinationConfig={"OnSuccess": target, "OnFailure": target}, **settings
        )
        client.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event))
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
