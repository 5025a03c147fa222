"""Orders over HTTP, published on the event bus, fanned out; what arrives is read back."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from wellmade.local.server import LocalCloud
from wellmade_runtime.identity import scoped

pytestmark = pytest.mark.local

ORDERS = [
    ("parcel, small", "parcel", 500),
    ("parcel, big", "parcel", 20_000),
    ("download, small", "download", 300),
    ("download, big", "download", 10_000),
]
SMALL_PARCEL, BIG_PARCEL, BIG_DOWNLOAD = (
    scoped("ada", number) for number in ("parcel, small", "parcel, big", "download, big")
)


@pytest.fixture(scope="module")
def post(cloud: LocalCloud, shop: Mapping[str, str]) -> Callable[..., tuple[int, Any]]:
    """Send a signed request to the API."""

    def send(body: object, *, signed: bool = True) -> tuple[int, Any]:
        url = f"{cloud.endpoint}/_aws/execute-api/{shop['ApiId']}/$default/orders"
        request = AWSRequest("POST", url, data=json.dumps(body), headers={"content-type": "application/json"})
        if signed:
            SigV4Auth(Credentials("test", cloud.secret_key), "execute-api", "us-east-1").add_auth(request)
        answer = URLLib3Session(proxies={}).send(request.prepare())
        return answer.status_code, json.loads(answer.content)

    return send


def order(number: str, delivery: str, price_cents: int) -> dict[str, Any]:
    line = {"sku": f"sku of {number}", "quantity": 1, "price_cents": price_cents}
    return {"order_id": number, "customer": "ada", "currency": "EUR", "delivery": delivery, "lines": [line]}


def keys(cloud: LocalCloud, table: str) -> dict[str, dict[str, Any]]:
    found = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table).search("Items[]")
    return {item["pk"]["S"]: item for item in found}


@pytest.fixture(scope="module")
def placed(
    cloud: LocalCloud, shop: Mapping[str, str], post: Callable[..., Any], eventually: Callable[..., None]
) -> Mapping[str, str]:
    """The orders, placed and counted."""
    for number, delivery, price in ORDERS:
        assert post(order(number, delivery, price)) == (202, {"order_id": scoped("ada", number)})
    marks = {f"counted#{scoped('ada', number)}" for number, _, _ in ORDERS}
    eventually(lambda: marks <= keys(cloud, shop["SalesTableName"]).keys())
    return shop


def test_what_breaks_the_contract_is_refused_with_the_field(post: Callable[..., Any]) -> None:
    wrong = {**order("wrong", "parcel", 5), "delivery": "rocket"}
    status, answer = post(wrong)
    assert status == 400
    assert answer["error"].startswith("OrderPlaced.v1: data.delivery")


def added(sales: Mapping[str, Mapping[str, Any]], figure: str) -> int:
    """Return the sum of all shards of a figure."""
    return sum(int(item["count"]["N"]) for key, item in sales.items() if key.startswith(figure))


def test_nobody_gets_in_without_a_signature(post: Callable[..., Any]) -> None:
    assert post(order("nobody", "parcel", 5), signed=False)[0] == 403


def test_each_consumer_gets_what_its_filter_lets_through(
    cloud: LocalCloud, placed: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    def arrived() -> bool:
        stock, notes = keys(cloud, placed["StockTableName"]), keys(cloud, placed["NotesTableName"])
        packed = {key for key in stock if key.startswith("counted#")}
        return packed == {f"counted#{SMALL_PARCEL}", f"counted#{BIG_PARCEL}"} and notes.keys() == {
            BIG_PARCEL,
            BIG_DOWNLOAD,
        }

    eventually(arrived)
    sales = keys(cloud, placed["SalesTableName"])
    assert added(sales, "orders#") == len(ORDERS)
    assert added(sales, "turnover_cents#") == sum(price for _, _, price in ORDERS)


def test_a_replay_delivers_again_and_counts_nothing_twice(
    cloud: LocalCloud, placed: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    notes = placed["NotesTableName"]
    cloud.client("dynamodb").delete_item(TableName=notes, Key={"pk": {"S": BIG_PARCEL}})
    before = keys(cloud, placed["SalesTableName"])
    now = datetime.now(UTC)
    cloud.client("events").start_replay(
        ReplayName="again",
        EventSourceArn=placed["ArchiveArn"],
        EventStartTime=now - timedelta(hours=1),
        EventEndTime=now + timedelta(minutes=1),
        Destination={"Arn": placed["EventBusArn"]},
    )
    eventually(lambda: BIG_PARCEL in keys(cloud, notes))
    sqs = cloud.client("sqs")

    def drained() -> bool:
        wanted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        depth = sqs.get_queue_attributes(QueueUrl=placed["SalesQueueUrl"], AttributeNames=wanted)[
            "Attributes"
        ]
        return set(depth.values()) == {"0"}

    eventually(drained)
    assert keys(cloud, placed["SalesTableName"]) == before
