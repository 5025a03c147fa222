"""A redeployed function frees what it failed on."""

import io
import json
import time
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import aws_cdk as cdk
import pytest

from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

LONG = """
import time
def handler(event, context):
    time.sleep(event["seconds"])
    return "{answer}"
"""
MENDED = "def handler(event, context):\n    print('mended')\n"


def test_a_mended_function_gets_the_messages_that_are_hidden(
    cloud: LocalCloud, slow: Callable[..., Mapping[str, str]], eventually: Callable[..., None]
) -> None:
    stack = slow(cloud, cdk.Duration.hours(1))
    sqs = cloud.client("sqs")
    for mapping in cloud.client("lambda").list_event_source_mappings(FunctionName=stack["FunctionName"])[
        "EventSourceMappings"
    ]:
        cloud.client("lambda").update_event_source_mapping(
            UUID=mapping["UUID"], MaximumBatchingWindowInSeconds=0
        )
    sqs.send_message(QueueUrl=stack["QueueUrl"], MessageBody="first", DelaySeconds=0)

    def count(which: str) -> int:
        name = f"ApproximateNumberOfMessages{which}"
        answer = sqs.get_queue_attributes(QueueUrl=stack["QueueUrl"], AttributeNames=[name])
        return int(answer["Attributes"][name])

    def failed() -> bool:
        group = f"/aws/lambda/{stack['FunctionName']}"
        logs = cloud.client("logs")
        if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return False
        events = logs.filter_log_events(logGroupName=group)["events"]
        return any("REPORT" in event["message"] for event in events) and count("NotVisible") == 1

    eventually(failed)
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", MENDED)
    cloud.client("lambda").update_function_code(FunctionName=stack["FunctionName"], ZipFile=code.getvalue())

    eventually(lambda: count("") + count("NotVisible") == 0)


def test_what_has_begun_ends_with_the_code_that_it_began_with(
    cloud: LocalCloud, eventually: Callable[..., None]
) -> None:
    def archive(answer: str) -> bytes:
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as bundle:
            bundle.writestr("index.py", LONG.format(answer=answer))
        return code.getvalue()

    client = cloud.client("lambda")
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = cloud.client("iam").create_role(RoleName="long", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    client.create_function(
        FunctionName="long",
        Runtime="python3.13",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": archive("old")},
        Timeout=20,
    )

    def answer(seconds: float) -> object:
        event = json.dumps({"seconds": seconds})
        return json.load(client.invoke(FunctionName="long", Payload=event)["Payload"])

    assert answer(0) == "old"
    with ThreadPoolExecutor(1) as pool:
        begun = pool.submit(answer, 3)
        time.sleep(1)
        client.update_function_code(FunctionName="long", ZipFile=archive("new"))
        assert answer(0) == "new"
        assert begun.result() == "old"
    eventually(lambda: answer(0) == "new")
