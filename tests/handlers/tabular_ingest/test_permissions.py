"""Exactly what the handler's role must allow, taken from the calls that it makes."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.handlers.support import PREFIX, Inbox, error, hooked, recorded

CSV = "id\n1\nto,much\n"


def needed(operation: str, parameters: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the actions and resources that one call needs.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html and
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
    """
    if operation in ("GetObject", "CopyObject"):
        source = parameters.get("CopySource", parameters)
        yield ("s3:GetObjectVersion" if "VersionId" in source else "s3:GetObject"), source["Bucket"]
    if operation in ("PutObject", "CopyObject"):
        yield "s3:PutObject", parameters["Bucket"]
    if operation == "BatchWriteItem":
        yield from (("dynamodb:BatchWriteItem", table) for table in parameters["RequestItems"])
    elif "TableName" in parameters:
        yield f"dynamodb:{operation}", parameters["TableName"]


def every_outcome(inbox: Inbox) -> None:
    loaded = inbox.drop("loaded.csv", CSV)
    refused = inbox.drop("refused.csv", CSV.encode("utf-16"))
    gone = inbox.drop("gone.csv", CSV)
    inbox.s3.delete_object(Bucket="inbox", Key=f"{PREFIX}gone.csv")
    assert inbox.deliver(loaded, refused, gone) == []
    assert inbox.deliver(loaded, refused, gone) == []
    failing = inbox.drop("failing.csv", CSV)
    with hooked(inbox.handler, "before-call.dynamodb.BatchWriteItem", error("ThrottlingException")):
        assert inbox.deliver(failing) == [failing]


@pytest.mark.not_deployed("a bucket without versions")
def test_actions_and_resources(plain_inbox: Inbox) -> None:
    """What a bucket without versions takes; `test_role.py` has the deployed one."""
    with recorded(plain_inbox.handler) as calls:
        every_outcome(plain_inbox)
    assert {grant for call in calls for grant in needed(*call)} == {
        ("s3:GetObject", "inbox"),
        ("s3:PutObject", "results"),
        ("s3:PutObject", "quarantine"),
        ("dynamodb:BatchWriteItem", "rows"),
        ("dynamodb:PutItem", "claims"),
        ("dynamodb:UpdateItem", "claims"),
        ("dynamodb:DeleteItem", "claims"),
    }


def test_copy_reads_no_tags(inbox: Inbox) -> None:
    sent = inbox.drop("a.csv", "")
    with recorded(inbox.handler) as calls:
        inbox.deliver(sent)
    [copy] = [parameters for name, parameters in calls if name == "CopyObject"]
    assert copy["TaggingDirective"] == "REPLACE"
