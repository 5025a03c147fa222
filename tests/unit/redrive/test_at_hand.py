"""Which AWS is meant where an embedded one runs in the folder."""

from pathlib import Path

import pytest

from wellmade.errors import WellmadeError
from wellmade.local.deployed import Resource
from wellmade.local.server import LocalCloud
from wellmade.redrive import at_hand

HERE = LocalCloud("http://127.0.0.1:4566", 1, Path(), "a secret")


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_hand, "find_cloud", lambda: HERE)
    for name in at_hand.SAYS_OTHERWISE:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("queue", "endpoint"),
    [
        ("orders-dlq", None),
        ("arn:aws:sqs:us-east-1:000000000000:orders-dlq", None),
        ("http://127.0.0.1:4566/000000000000/orders-dlq", None),
        ("orders-dlq", "http://localhost:4566"),
    ],
)
def test_the_one_of_this_folder_is_meant(queue: str, endpoint: str | None) -> None:
    assert at_hand.cloud_at_hand(queue, endpoint) is HERE


@pytest.mark.parametrize(
    ("queue", "endpoint"),
    [
        ("arn:aws:sqs:eu-west-1:111122223333:orders-dlq", None),
        ("https://sqs.eu-west-1.amazonaws.com/111122223333/orders-dlq", None),
        ("http://127.0.0.1:9324/000000000000/orders-dlq", None),
        ("orders-dlq", "http://localhost:9324"),
        ("orders-dlq", "https://sqs.eu-west-1.amazonaws.com"),
        ("orders-dlq", "http://build-host:4566"),
    ],
)
def test_another_aws_is_named(queue: str, endpoint: str | None) -> None:
    assert at_hand.cloud_at_hand(queue, endpoint) is None


def test_a_target_in_an_account_of_aws_means_aws() -> None:
    assert at_hand.cloud_at_hand("dlq", None, "arn:aws:sqs:eu-west-1:111122223333:orders") is None
    assert at_hand.cloud_at_hand("dlq", None, "arn:aws:sqs:us-east-1:000000000000:orders") is HERE


@pytest.mark.parametrize(
    "name", ["AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID"]
)
def test_a_shell_that_is_set_up_for_an_aws_means_that_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "somebody's")

    assert at_hand.cloud_at_hand("orders-dlq", None) is None


def queue(logical_id: str, name: str) -> Resource:
    """One that is deployed."""
    url = f"{HERE.endpoint}/000000000000/{name}"
    return Resource("shop", logical_id, "AWS::SQS::Queue", url, dead_letter=False)


@pytest.fixture
def _deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [queue("OrdersDead1A", "orders-dlq"), queue("Inbox2B", "inbox"), queue("InboxDead3C", "x")]
    monkeypatch.setattr(at_hand, "deployed_or_none", lambda _cloud: found)


@pytest.mark.usefixtures("_deployed")
@pytest.mark.parametrize("name", ["orders-dlq", "OrdersDead1A", "Orders"])
def test_a_queue_is_found_by_name_logical_id_or_its_beginning(name: str) -> None:
    assert at_hand.queue_named(HERE, name).endswith("/000000000000/orders-dlq")


@pytest.mark.usefixtures("_deployed")
def test_a_name_that_two_begin_with_is_refused_with_both() -> None:
    with pytest.raises(WellmadeError, match="Inbox names 2 queues; give one of: Inbox2B, InboxDead3C"):
        at_hand.queue_named(HERE, "Inbox")


@pytest.mark.usefixtures("_deployed")
@pytest.mark.parametrize("name", ["made-by-hand", "arn:aws:sns:us-east-1:000000000000:Inbox2B"])
def test_any_other_name_stays_as_it_is(name: str) -> None:
    assert at_hand.queue_named(HERE, name) == name
    assert at_hand.queue_named(None, name) == name


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS"])
def test_a_shell_that_sees_the_one_of_this_folder_means_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after `eval "$(wellmade local env)"`, where logical ids name queues still."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "the administrator's")
    monkeypatch.setenv(name, HERE.endpoint)

    assert at_hand.cloud_at_hand("FilesMessagesDeadLetterQueue", None) is HERE
