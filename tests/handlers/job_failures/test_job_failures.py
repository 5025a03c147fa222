import json
from types import ModuleType
from typing import Any

import pytest

from tests.handlers.support import client, deliver, error, hooked, items, message, recorded

NAMES = {
    name: {"dataType": "String", "stringValue": value}
    for name, value in (("owner", "ada"), ("job_id", "r-1"))
}


def failed(names: dict[str, Any] = NAMES) -> dict[str, Any]:
    return {**message({"category": "toys"}), "messageAttributes": names}


def kept() -> list[dict[str, Any]]:
    url = client("sqs").get_queue_url(QueueName="kept")["QueueUrl"]
    found: list[dict[str, Any]] = (
        client("sqs")
        .receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], AttributeNames=["All"]
        )
        .get("Messages", [])
    )
    return found


def test_a_caller_is_told_and_the_job_kept_as_it_came(failures: ModuleType) -> None:
    assert deliver(failures, failed()) == []
    [item] = items("jobs")
    assert item["job_status"] == {"S": "failed"}
    assert "send it again" in json.loads(item["job_error"]["S"])
    [message_] = kept()
    assert json.loads(message_["Body"]) == {"category": "toys"}
    assert {name: each["StringValue"] for name, each in message_["MessageAttributes"].items()} == {
        "owner": "ada",
        "job_id": "r-1",
    }


def test_a_tenants_job_is_kept_with_its_group(failures: ModuleType) -> None:
    job = {**failed(), "attributes": {"MessageGroupId": "acme"}}
    with recorded(failures) as calls:
        assert deliver(failures, job) == []
    [sent] = [given for name, given in calls if name == "SendMessage"]
    assert sent["MessageGroupId"] == "acme"


def test_a_job_of_no_group_is_kept_without_one(failures: ModuleType) -> None:
    job = {**failed(), "attributes": {}}
    with recorded(failures) as calls:
        assert deliver(failures, job) == []
    [sent] = [given for name, given in calls if name == "SendMessage"]
    assert "MessageGroupId" not in sent


def test_what_is_no_job_is_kept_all_the_same(failures: ModuleType) -> None:
    assert deliver(failures, failed({})) == []
    assert items("jobs") == []
    assert len(kept()) == 1


@pytest.mark.parametrize("call", ["before-call.dynamodb.UpdateItem", "before-call.sqs.SendMessage"])
def test_what_could_not_be_told_or_kept_comes_back(failures: ModuleType, call: str) -> None:
    sent = failed()
    with hooked(failures, call, error("ThrottlingException")):
        assert deliver(failures, sent) == [sent]
    assert deliver(failures, sent) == []
    assert len(kept()) == 1
