import json
from typing import TYPE_CHECKING

import pytest

from wellmade.errors import WellmadeError
from wellmade.redrive.queues import find_route

if TYPE_CHECKING:
    from .conftest import House


@pytest.mark.parametrize("name", ["orders-dlq", "orders"])
def test_a_dead_letter_queue_and_its_source_lead_to_the_same_route(house: "House", name: str) -> None:
    route = find_route(house.sqs, name, None)
    assert (route.dead_letter.url, route.target.url) == (house.dead, house.source)


def test_url_and_arn_do_as_well_as_a_name(house: "House") -> None:
    routes = {find_route(house.sqs, q, None).target.url for q in (house.dead, house.arn(house.dead))}
    assert routes == {house.source}


def test_messages_can_go_elsewhere(house: "House") -> None:
    other = house.sqs.create_queue(QueueName="repair")["QueueUrl"]
    assert find_route(house.sqs, "orders", "repair").target.url == other


def test_a_queue_filled_by_a_topic_is_taken_when_the_target_is_named(house: "House") -> None:
    filled_by_a_topic = house.sqs.create_queue(QueueName="topic-dlq")["QueueUrl"]
    assert find_route(house.sqs, "topic-dlq", "orders").dead_letter.url == filled_by_a_topic


def test_only_messages_of_the_named_source_go_back(house: "House") -> None:
    assert find_route(house.sqs, "orders", None).origin == house.arn(house.source)


def refusal(house: "House", queue: str, to: str | None = None) -> str:
    with pytest.raises(WellmadeError) as caught:
        find_route(house.sqs, queue, to)
    return str(caught.value)


def test_a_wrong_name_is_said(house: "House") -> None:
    assert refusal(house, "ordres") == "there is no queue ordres in region eu-west-1"
    assert refusal(house, house.dead + "x").startswith("there is no queue https://")


def test_an_arn_of_something_else_is_refused(house: "House") -> None:
    assert refusal(house, "arn:aws:sns:eu-west-1:1:topic") == (
        "arn:aws:sns:eu-west-1:1:topic is not the ARN of a queue; it looks like "
        "arn:aws:sqs:REGION:ACCOUNT:NAME"
    )


def test_a_queue_without_a_dead_letter_queue_is_refused(house: "House") -> None:
    house.sqs.create_queue(QueueName="lonely")
    assert refusal(house, "lonely") == (
        "lonely is no queue's dead-letter queue and has none itself; "
        "name one that is, or say with --to where its messages go"
    )


def test_a_shared_dead_letter_queue_asks_which_source_is_meant(house: "House") -> None:
    policy = json.dumps({"deadLetterTargetArn": house.arn(house.dead), "maxReceiveCount": 3})
    house.sqs.create_queue(QueueName="invoices", Attributes={"RedrivePolicy": policy})
    assert refusal(house, "orders-dlq") == (
        "orders-dlq is shared by invoices, orders: name one of them, or a queue with --to"
    )


def test_fifo_and_standard_do_not_mix(house: "House") -> None:
    house.sqs.create_queue(QueueName="ordered.fifo", Attributes={"FifoQueue": "true"})
    assert refusal(house, "orders", "ordered.fifo") == (
        "--to must be a standard queue like orders-dlq, got ordered.fifo, which is FIFO"
    )


def test_messages_do_not_go_in_a_cycle(house: "House") -> None:
    assert refusal(house, "orders", "orders-dlq") == (
        "--to must be another queue than the dead-letter queue, got orders-dlq"
    )
