"""The shop on the embedded AWS: its API answers, photographs get thumbnails, the job finds what is amiss."""

import http.client
import json
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from aws_cdk import Duration

from bench.signed_requests import SignedApi
from demo.pipeline import Pipeline
from stacks.shop import ShopStack
from tests.handlers.scheduled_jobs.starts import start
from tests.handlers.thumbnailer.pictures import SCENE, encoded, oriented
from tests.local.apps.pipeline import deploy_pipeline
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

PHOTOS = {
    **{f"turned {number}": ("image/jpeg", encoded(oriented(number), "JPEG", number)) for number in (1, 6)},
    "as PNG": ("image/png", encoded(SCENE, "PNG")),
    "no picture": ("image/webp", b"no picture"),
}


@dataclass(frozen=True)
class Shop:
    """The deployed stack, as a caller of its API uses it."""

    pipeline: Pipeline
    api: SignedApi
    photos: Mapping[str, str]
    """Names that the API gave, by what was sent."""

    def stands(self, what: str) -> dict[str, Any]:
        """Return how a photograph stands."""
        status, found = self.api.ask("GET", f"/products/DOLL-1/photos/{self.photos[what]}")
        assert status == 200
        answer: dict[str, Any] = found
        return answer

    def key(self, what: str) -> str:
        """Return where a photograph lies in the inbox."""
        return f"incoming/DOLL-1/{self.photos[what]}"


def put(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Put bytes to a URL and return the status."""
    place = urlsplit(url)
    with closing(http.client.HTTPConnection(place.netloc, timeout=60)) as to:
        to.request("PUT", f"{place.path}?{place.query}", body, dict(headers))
        return to.getresponse().status


def get(url: str) -> bytes:
    """Return what lies at a URL."""
    place = urlsplit(url)
    with closing(http.client.HTTPConnection(place.netloc, timeout=60)) as to:
        to.request("GET", f"{place.path}?{place.query}")
        return to.getresponse().read()


@pytest.fixture(scope="module")
def shop(
    cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory, eventually: Callable[..., None]
) -> Shop:
    """The shop, after each photograph came to its end."""
    out = tmp_path_factory.mktemp("cdk.out")
    pipeline = deploy_pipeline(cloud, out, "my-shop", ShopStack, timeout=Duration.seconds(30))
    api = SignedApi(cloud, pipeline.outputs["ApiId"], "$default")
    assert api.ask("PUT", "/products/DOLL-1", {"name": "Doll", "price_cents": 1250})[0] == 200
    names: dict[str, str] = {}
    shop = Shop(pipeline, api, names)
    for what, (kind, body) in PHOTOS.items():
        asked = {"content_type": kind, "size": len(body)}
        status, place = api.ask("POST", "/products/DOLL-1/photos", asked)
        assert (status, put(place["url"], body, place["headers"])) == (201, 200), what
        names[what] = place["photo"]
    eventually(lambda: all(shop.stands(what)["status"] != "waiting" for what in PHOTOS))
    return shop


def test_the_api_answers(shop: Shop) -> None:
    status, doll = shop.api.ask("GET", "/products/DOLL-1")
    assert (status, doll["name"], doll["price_cents"]) == (200, "Doll", 1250)
    assert sorted(doll["photos"]) == sorted(shop.photos.values())
    assert shop.api.ask("GET", "/products/DOLL-2")[0] == 404
    assert shop.api.ask("PUT", "/products/DOLL-2", {"name": ""})[0] == 400
    assert shop.api.ask("POST", "/products/DOLL-2/photos", {"content_type": "image/png", "size": 5})[0] == 404
    assert shop.api.ask("GET", "/products/DOLL-1", signed=False)[0] == 403


def test_each_photograph_is_accounted_for(shop: Shop) -> None:
    for what in PHOTOS:
        stands = shop.stands(what)
        if what == "no picture":
            assert stands == {"status": "refused", "reason": "format"}
        else:
            assert stands["status"] == "done"
            assert get(stands["url"])[8:12] == b"WEBP"
    depths = [shop.pipeline.depth(queue) for queue in ("QueueUrl", "DeadLetterQueueUrl")]
    assert depths == [0, 0]


def test_a_url_takes_nothing_but_what_was_announced(shop: Shop) -> None:
    status, place = shop.api.ask("POST", "/products/DOLL-1/photos", {"content_type": "image/png", "size": 5})
    assert status == 201
    assert put(place["url"], b"123456", place["headers"]) == 403
    assert put(place["url"], b"12345", {"content-type": "text/html"}) == 403
    assert shop.api.ask("GET", f"/products/DOLL-1/photos/{place['photo']}")[1] == {"status": "waiting"}


def test_the_job_finds_a_planted_mismatch(shop: Shop) -> None:
    cloud, outputs = shop.pipeline.cloud, shop.pipeline.outputs
    assert compare(shop, 0) == {"compared": len(PHOTOS), "unprocessed": 0, "without_photo": 0}
    table, lost = outputs["TableName"], shop.key("as PNG")
    [row] = cloud.client("dynamodb").scan(
        TableName=table, FilterExpression="pk = :key", ExpressionAttributeValues={":key": {"S": lost}}
    )["Items"]
    cloud.client("dynamodb").delete_item(TableName=table, Key={name: row[name] for name in ("pk", "sk")})
    gone = shop.key("turned 1")
    cloud.client("s3").delete_object(Bucket=outputs["InboxBucketName"], Key=gone)
    assert compare(shop, 1) == {"compared": len(PHOTOS) - 1, "unprocessed": 1, "without_photo": 1}
    found = shop.pipeline.read_json("ResultsBucketName", "reconciliation/2027-03-28T01:01:00Z.json")
    assert (found["unprocessed"], found["without_photo"]) == ([lost], [gone])


def compare(shop: Shop, minute: int) -> dict[str, Any]:
    """Run the job as its schedule does, with no grace for what has just arrived; return its counts."""
    event = json.dumps({**start("photos", minute), "grace_seconds": -60})
    invoked = shop.pipeline.cloud.client("lambda").invoke(
        FunctionName=shop.pipeline.outputs["ReconciliationFunctionName"], Payload=event
    )
    told = json.load(invoked["Payload"])
    return {name: told[name] for name in ("compared", "unprocessed", "without_photo")}
