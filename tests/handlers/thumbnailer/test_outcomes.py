"""What comes out for each photograph: a thumbnail and an item, or the file in quarantine with its reason."""

import io
import json
from decimal import Decimal
from typing import Any

import pytest
from PIL import Image

from tests.handlers.support import (
    PREFIX,
    Crash,
    Inbox,
    Message,
    crash_at,
    error,
    hooked,
    items,
    objects,
    recorded,
)
from tests.handlers.thumbnailer.pictures import SCENE, bomb, encoded, oriented, shows_scene
from thumbnailer import domain

PHOTO = encoded(oriented(6, 200), "JPEG", 6)


def etag(sent: Message) -> str:
    return str(json.loads(sent["body"])["Records"][0]["s3"]["object"]["eTag"])


def thumbnails() -> dict[str, Image.Image]:
    return {name: Image.open(io.BytesIO(body)) for name, body in objects("results").items()}


def check_done_once(sent: Message, key: str = "a.jpg") -> None:
    [(name, image)] = thumbnails().items()
    assert name == f"{key}.{etag(sent)}.webp"
    assert shows_scene(image)
    assert [item["thumbnail"]["S"] for item in items("rows")] == [PREFIX + name]
    assert [claim["status"]["S"] for claim in items("claims")] == ["COMPLETED"]
    assert objects("quarantine") == {}


def test_thumbnail_and_what_is_known_of_the_photograph(photos: Inbox) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0x9003] = "2008:05:30 15:56:01"
    sent = photos.drop("holiday/a b.JPG", encoded(oriented(6, 200), "JPEG", exif=exif))
    uploaded = photos.s3.head_object(Bucket="inbox", Key=f"{PREFIX}holiday/a b.JPG")["LastModified"]
    assert photos.deliver(sent) == []
    thumbnail = f"{PREFIX}holiday/a b.JPG.{etag(sent)}.webp"
    assert photos.s3.head_object(Bucket="results", Key=thumbnail)["ContentType"] == "image/webp"
    [item] = items("rows")
    assert int(Decimal(item["sk"]["N"])) == int(uploaded.timestamp())
    assert [item] == [
        {
            "pk": {"S": f"{PREFIX}holiday/a b.JPG"},
            "sk": item["sk"],
            "etag": {"S": etag(sent)},
            "thumbnail": {"S": thumbnail},
            "format": {"S": "JPEG"},
            "taken_at": {"S": "2008-05-30T15:56:01"},
            "orientation": {"N": "6"},
            "width": {"N": "400"},
            "height": {"N": "600"},
            "thumbnail_width": {"N": "256"},
            "thumbnail_height": {"N": "171"},
        }
    ]


@pytest.mark.parametrize("key", ["a.jpg", "a.png", "a.txt", "a", ".jpg", "a.jpg.zip"])
def test_the_contents_tell_what_it_is_and_not_the_name(photos: Inbox, key: str) -> None:
    sent = photos.drop(key, encoded(SCENE, "PNG"))
    assert photos.deliver(sent) == []
    check_done_once(sent, key)


REFUSED = {
    "empty": (b"", "empty"),
    "text": (b"dear diary", "format"),
    "truncated": (PHOTO[:-300], "broken"),
    "bomb": (bomb(20_000, 20_000), "pixels"),
}


@pytest.mark.parametrize(("body", "reason"), REFUSED.values(), ids=REFUSED)
def test_set_aside_with_its_reason(photos: Inbox, body: bytes, reason: str) -> None:
    photos.load("a.jpg", body)
    assert (photos.refusal("a.jpg")["key"], photos.refusal("a.jpg")["reason"]) == (f"{PREFIX}a.jpg", reason)
    assert objects("quarantine")["a.jpg"] == body
    assert objects("results") == {}
    assert items("rows") == []


def test_too_large_a_file_is_not_read(photos: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain, "FILE_BYTES", len(PHOTO) - 1)

    def refuse_to_read(*, parsed: dict[str, Any], **_: Any) -> None:
        parsed["Body"].read = lambda: pytest.fail("it was read")

    with hooked(photos.handler, "after-call.s3.GetObject", refuse_to_read):
        photos.load("a.jpg", PHOTO)
    assert photos.refusal("a.jpg")["reason"] == "size"


def test_deleted_photograph_has_only_a_reason(photos: Inbox) -> None:
    sent = photos.drop("a.jpg", PHOTO)
    version = json.loads(sent["body"])["Records"][0]["s3"]["object"]["versionId"]
    photos.s3.delete_object(Bucket="inbox", Key=f"{PREFIX}a.jpg", VersionId=version)
    assert photos.deliver(sent) == []
    assert photos.refusal("a.jpg")["reason"] == "gone"
    assert set(objects("quarantine")) == {"a.jpg.reason.json"}


def test_bad_files_do_not_hold_up_the_good_ones(photos: Inbox) -> None:
    sent = [photos.drop(f"{name}.jpg", body) for name, (body, _) in REFUSED.items()]
    good = photos.drop("a.jpg", PHOTO)
    assert photos.deliver(*sent, good) == []
    assert set(thumbnails()) == {f"a.jpg.{etag(good)}.webp"}
    assert len(objects("quarantine")) == 2 * len(REFUSED)


def test_versions_in_any_order_keep_a_thumbnail_each(photos: Inbox) -> None:
    old, new = photos.drop("a.jpg", PHOTO), photos.drop("a.jpg", encoded(SCENE, "PNG"))
    assert photos.deliver(new, old) == []
    assert set(thumbnails()) == {f"a.jpg.{etag(each)}.webp" for each in (old, new)}
    assert {item["etag"]["S"] for item in items("rows")} == {etag(old), etag(new)}


def test_second_delivery_touches_nothing(photos: Inbox) -> None:
    sent = photos.drop("a.jpg", PHOTO)
    assert photos.deliver(sent) == []
    with recorded(photos.handler) as calls:
        assert photos.deliver(sent) == []
    assert [name for name, _ in calls] == ["PutItem"]  # the claim, refused
    check_done_once(sent)


STEPS = ["PutItem", "GetObject", "PutObject", "BatchWriteItem", "UpdateItem"]


def test_steps_of_one_photograph(photos: Inbox) -> None:
    sent = photos.drop("a.jpg", PHOTO)
    with recorded(photos.handler) as calls:
        photos.deliver(sent)
    assert [name for name, _ in calls] == STEPS


@pytest.mark.parametrize("event", ["before-call", "after-call"])
@pytest.mark.parametrize("step", range(len(STEPS)))
def test_redelivery_finishes_what_a_crash_left(photos: Inbox, event: str, step: int) -> None:
    sent = photos.drop("a.jpg", PHOTO)
    with hooked(photos.handler, event, crash_at(step)), pytest.raises(Crash):
        photos.deliver(sent, remaining=0)
    assert photos.deliver(sent) == []
    check_done_once(sent)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("s3.GetObject", "SlowDown"),
        ("s3.GetObject", "AccessDenied"),
        ("s3.PutObject", "AccessDenied"),
        ("dynamodb.BatchWriteItem", "ProvisionedThroughputExceededException"),
    ],
)
def test_what_may_succeed_later_goes_back_and_is_then_done(photos: Inbox, call: str, code: str) -> None:
    sent = photos.drop("a.jpg", PHOTO)
    with hooked(photos.handler, f"before-call.{call}", error(code)):
        assert photos.deliver(sent, remaining=0) == [sent]
    assert objects("quarantine") == {}
    assert photos.deliver(sent) == []
    check_done_once(sent)
