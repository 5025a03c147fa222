import pytest

from wellmade_runtime.messages import InvalidMessageError
from wellmade_runtime.s3_events import NotAnS3EventError, S3Object, created_objects

RECORD = """{"Records": [{"eventName": "ObjectCreated:%s", "s3": {"bucket": {"name": "inbox"},
    "object": {"key": "%s", "size": 3, "eTag": "e1"%s}}}]}"""


def test_object_of_an_event() -> None:
    assert created_objects(RECORD % ("Put", "in/a.csv", ', "versionId": "v1"')) == [
        S3Object(bucket="inbox", key="in/a.csv", etag="e1", version="v1", size=3)
    ]


def test_version_is_none_without_versioning() -> None:
    [source] = created_objects(RECORD % ("CompleteMultipartUpload", "a.csv", ""))
    assert source.version is None


@pytest.mark.parametrize(
    ("encoded", "key"),
    [
        ("two+words.csv", "two words.csv"),
        ("a%2Bb.csv", "a+b.csv"),
        ("Z%C3%BCrich/%E6%9D%B1%E4%BA%AC.csv", "Zürich/東京.csv"),
        ("100%25.csv", "100%.csv"),
    ],
)
def test_key_is_decoded(encoded: str, key: str) -> None:
    assert created_objects(RECORD % ("Put", encoded, ""))[0].key == key


def test_test_event_tells_of_nothing() -> None:
    assert created_objects('{"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "inbox"}') == []


@pytest.mark.parametrize("body", ["", "hello", "[]", "3", "[" * 100_000])
def test_refuses_what_is_no_json_object(body: str) -> None:
    with pytest.raises(InvalidMessageError, match=r"^body must be a JSON object, got "):
        created_objects(body)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{}", "^expected an S3 notification with Records, got nothing$"),
        ('{"Records": []}', "^expected an S3 notification with Records"),
        ('{"Records": {}}', "^expected an S3 notification with Records"),
        ('{"Records": [3]}', "^expected an S3 record, got a whole number$"),
        (
            '{"Records": [{"eventName": "ObjectCreated:Put"}]}',
            "^expected an S3 record, got an object of 1 fields",
        ),
        ('{"Records": [{"eventName": 3}]}', "^expected an S3 record"),
        (
            RECORD.replace("Created:%s", "Removed:%s") % ("Delete", "a", ""),
            "^expected ObjectCreated, got another event",
        ),
    ],
)
def test_refuses_what_tells_of_no_created_object(body: str, message: str) -> None:
    with pytest.raises(NotAnS3EventError, match=message):
        created_objects(body)


EVENT = """{"source": "aws.s3", "detail-type": "%s", "detail": {"bucket": {"name": "inbox"},
    "object": {"key": "two words+one.csv", "size": 3, "etag": "e1"%s}, "reason": "PutObject"}}"""


@pytest.mark.parametrize(("version", "found"), [(', "version-id": "v1"', "v1"), ("", None)])
def test_object_of_an_event_of_eventbridge_whose_key_is_not_encoded(version: str, found: str | None) -> None:
    assert created_objects(EVENT % ("Object Created", version)) == [
        S3Object(bucket="inbox", key="two words+one.csv", etag="e1", version=found, size=3)
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (EVENT % ("Object Deleted", ""), "^expected Object Created, got another event"),
        ('{"source": "aws.s3", "detail-type": "Object Created"}', "^expected an S3 event, got "),
        ('{"source": "aws.s3"}', "^expected an S3 event, got "),
    ],
)
def test_refuses_other_events_of_eventbridge(body: str, message: str) -> None:
    with pytest.raises(NotAnS3EventError, match=message):
        created_objects(body)
