import json
from contextlib import suppress
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.handlers.support import Context, client, crash_at, error, hooked, items
from tests.handlers.support import Crash as Killed
from upload_portal import domain

MIB = 1024 * 1024
CSV = {"size": 5, "content_type": "text/csv"}
PART = 5 * MIB
"""The least that moto takes for a part that is not the last."""
LARGE = {"size": 2 * PART + 7, "content_type": "text/csv"}
ADA = {"jwt": {"claims": {"iss": "https://login", "sub": "ada"}}}
BOB = {"jwt": {"claims": {"iss": "https://login", "sub": "bob"}}}


def ask(
    portal: ModuleType, what: str, body: Any, upload_id: str = "one", authorizer: Any = ADA
) -> tuple[int, Any]:
    routes = {
        "begin": "PUT /uploads/{upload_id}",
        "complete": "POST /uploads/{upload_id}/completion",
        "cancel": "POST /uploads/{upload_id}/cancellation",
    }
    event = {
        "routeKey": routes[what],
        "pathParameters": {"upload_id": upload_id},
        "requestContext": {"authorizer": authorizer} if authorizer else {},
        "body": body if isinstance(body, str) else json.dumps(body),
    }
    answer = portal.handler(event, Context())
    return answer["statusCode"], json.loads(answer["body"])


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts above 8 MiB, of the least size that moto takes."""
    monkeypatch.setattr(domain, "MULTIPART_ABOVE", 8 * MIB)
    monkeypatch.setattr(domain, "LEAST_PART", PART)


def put_parts(answer: Any, *numbers: int) -> None:
    """Send parts as a client with the URLs does; moto does not take presigned requests in process."""
    for part in answer.get("parts", ()):
        if part["number"] in numbers:
            query = parse_qs(urlsplit(part["url"]).query)
            client("s3").upload_part(
                Bucket="inbox",
                Key=answer["key"],
                UploadId=query["uploadId"][0],
                PartNumber=part["number"],
                Body=b"x" * part["size"],
            )


def uploads_in_parts() -> list[Any]:
    found: list[Any] = client("s3").list_multipart_uploads(Bucket="inbox").get("Uploads", [])
    return found


def test_a_small_file_has_one_url_of_its_size_and_type(portal: ModuleType) -> None:
    status, answer = ask(portal, "begin", CSV)
    assert (status, answer["status"], answer["expires_in"]) == (200, "open", 900)
    assert answer["headers"] == {"content-type": "text/csv", "if-none-match": "*"}
    url = urlsplit(answer["url"])
    query = parse_qs(url.query)
    assert url.path.endswith(answer["key"])
    assert answer["key"].startswith("incoming/one.")
    assert answer["key"].endswith(".csv")
    assert query["X-Amz-SignedHeaders"] == ["content-length;content-type;host;if-none-match"]
    assert query["X-Amz-Expires"] == ["900"]
    assert not [each for each in query if "checksum" in each.lower()]


def test_a_file_that_has_arrived_is_complete_and_not_before(portal: ModuleType) -> None:
    _, answer = ask(portal, "begin", CSV)
    assert ask(portal, "complete", CSV) == (409, {"status": "open", "error": "not all of it is there"})
    client("s3").put_object(Bucket="inbox", Key=answer["key"], Body=b"12345")
    done = (200, {"status": "complete", "key": answer["key"]})
    assert [ask(portal, "complete", CSV) for _ in range(2)] == [done, done]
    assert ask(portal, "begin", CSV) == done


@pytest.mark.usefixtures("small_parts")
def test_a_large_file_goes_on_where_it_was(portal: ModuleType) -> None:
    _, answer = ask(portal, "begin", LARGE)
    assert [(each["number"], each["size"]) for each in answer["parts"]] == [(1, PART), (2, PART), (3, 7)]
    put_parts(answer, 1, 3)
    assert ask(portal, "complete", LARGE)[0] == 409
    _, again = ask(portal, "begin", LARGE)
    assert [each["number"] for each in again["parts"]] == [2]
    assert again["arrived"] == 2
    put_parts(again, 2)
    assert ask(portal, "complete", LARGE) == (200, {"status": "complete", "key": answer["key"]})
    stored = client("s3").head_object(Bucket="inbox", Key=answer["key"])
    assert stored["ContentLength"] == LARGE["size"]
    assert ask(portal, "complete", LARGE)[0] == 200
    assert uploads_in_parts() == []


@pytest.mark.usefixtures("small_parts")
def test_a_part_of_another_size_is_asked_for_again(portal: ModuleType) -> None:
    _, answer = ask(portal, "begin", LARGE)
    put_parts(answer, 1, 2, 3)
    client("s3").upload_part(
        Bucket="inbox",
        Key=answer["key"],
        UploadId=uploads_in_parts()[0]["UploadId"],
        PartNumber=2,
        Body=b"x" * (PART + 1),
    )
    assert ask(portal, "complete", LARGE)[0] == 409
    assert [each["number"] for each in ask(portal, "begin", LARGE)[1]["parts"]] == [2]


@pytest.mark.usefixtures("small_parts")
def test_what_is_given_up_leaves_no_parts_and_may_begin_anew(portal: ModuleType) -> None:
    _, answer = ask(portal, "begin", LARGE)
    put_parts(answer, 1)
    assert ask(portal, "cancel", LARGE) == (200, {"status": "aborted"})
    assert uploads_in_parts() == []
    assert items("uploads") == []
    assert ask(portal, "complete", LARGE)[0] == 404
    assert len(ask(portal, "begin", LARGE)[1]["parts"]) == 3


@pytest.mark.usefixtures("small_parts")
def test_what_s3_has_forgotten_begins_anew(portal: ModuleType) -> None:
    _, answer = ask(portal, "begin", LARGE)
    [upload] = uploads_in_parts()
    client("s3").abort_multipart_upload(Bucket="inbox", Key=answer["key"], UploadId=upload["UploadId"])
    assert len(ask(portal, "begin", LARGE)[1]["parts"]) == 3
    assert len(uploads_in_parts()) == 1


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("step", range(6))
def test_a_request_that_is_killed_can_be_sent_again(portal: ModuleType, step: int) -> None:
    def whole() -> None:
        put_parts(ask(portal, "begin", LARGE)[1], 1, 2, 3)
        ask(portal, "complete", LARGE)

    with hooked(portal, "before-call", crash_at(step)), suppress(Killed):
        whole()
    _, answer = ask(portal, "begin", LARGE)
    put_parts(answer, 1, 2, 3)
    assert ask(portal, "complete", LARGE)[0] == 200
    assert uploads_in_parts() == [] or step < 4  # one that was begun and not noted S3 forgets after a week
    assert client("s3").head_object(Bucket="inbox", Key=answer["key"])["ContentLength"] == LARGE["size"]


def test_nobody_reaches_the_file_of_another(portal: ModuleType) -> None:
    senders = [ADA, BOB, {"jwt": {"claims": {"iss": "https://another", "sub": "ada"}}}]
    keys = {ask(portal, "begin", CSV, authorizer=each)[1]["key"] for each in senders}
    assert len(keys) == len(senders)
    assert ask(portal, "complete", CSV, "two", BOB)[0] == 404


def test_one_name_for_two_files_is_told(portal: ModuleType) -> None:
    ask(portal, "begin", CSV)
    assert ask(portal, "begin", {**CSV, "size": 6})[0] == 409
    assert ask(portal, "complete", {**CSV, "size": 6})[0] == 409


def test_one_name_for_two_types_is_told(portal: ModuleType) -> None:
    other = {**CSV, "content_type": next(each for each in portal.limits.suffixes if each != "text/csv")}
    _, first = ask(portal, "begin", CSV)
    client("s3").put_object(Bucket="inbox", Key=first["key"], Body=b"12345")
    assert [ask(portal, what, other)[0] for what in ("begin", "complete")] == [409, 409]
    assert ask(portal, "complete", CSV)[0] == 200


def test_nothing_is_handed_out_for_a_name_that_has_a_file_of_another_size(portal: ModuleType) -> None:
    _, answer = ask(portal, "begin", CSV)
    client("s3").put_object(Bucket="inbox", Key=answer["key"], Body=b"12345")
    ask(portal, "cancel", CSV)
    status, told = ask(portal, "begin", {**CSV, "size": 6})
    assert (status, told) == (409, {"error": "an upload of this name was begun with another size or type"})
    assert items("uploads") == []
    assert ask(portal, "begin", CSV) == (200, {"status": "complete", "key": answer["key"]})


@pytest.mark.usefixtures("small_parts")
def test_parts_are_made_a_file_only_where_none_has_arrived(portal: ModuleType) -> None:
    _, answer = ask(portal, "begin", LARGE)
    put_parts(answer, 1, 2, 3)
    asked: list[Any] = []
    answer_with_error: Any = error("PreconditionFailed", 412)

    def arrive(params: Any, **_: Any) -> Any:
        # A URL of an earlier upload of this name, given up since, is still good when this one ends.
        asked.append(params["headers"].get("If-None-Match"))
        client("s3").put_object(Bucket="inbox", Key=answer["key"], Body=b"12345")
        return answer_with_error()

    with hooked(portal, "before-call.s3.CompleteMultipartUpload", arrive):
        assert ask(portal, "complete", LARGE)[0] == 409
    assert asked == ["*"]
    assert client("s3").head_object(Bucket="inbox", Key=answer["key"])["ContentLength"] == 5


@pytest.mark.usefixtures("small_parts")
def test_what_another_request_has_just_completed_is_not_asked_for_again(portal: ModuleType) -> None:
    _, answer = ask(portal, "begin", LARGE)
    put_parts(answer, 1, 2, 3)
    others: Any = iter([lambda: ask(portal, "complete", LARGE)])

    def complete_first(**_: Any) -> None:
        for other in others:
            other()

    with hooked(portal, "before-call.s3.ListParts", complete_first):
        assert ask(portal, "begin", LARGE) == (200, {"status": "complete", "key": answer["key"]})
    assert uploads_in_parts() == []


@pytest.mark.parametrize("claims", [{"iss": "https://login"}, {"iss": "https://login", "sub": ""}])
def test_a_token_that_does_not_tell_whose_it_is(portal: ModuleType, claims: dict[str, str]) -> None:
    status, answer = ask(portal, "begin", CSV, authorizer={"jwt": {"claims": claims}})
    assert (status, answer) == (400, {"error": "the token must tell its subject, sub"})


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({**CSV, "size": 0}, "size must be"),
        ({**CSV, "size": 5 * 1024**3 + 1}, "size must be"),
        ({**CSV, "size": True}, "size must be"),
        ({**CSV, "content_type": "text/html"}, "content_type must be one of application/x-ndjson, text/csv"),
        ({}, "content_type must be text"),
        ("[]", "body must be a JSON object"),
    ],
)
def test_refuses_what_is_not_taken(portal: ModuleType, body: Any, said: str) -> None:
    status, answer = ask(portal, "begin", body)
    assert status == 400
    assert said in answer["error"]
    assert items("uploads") == []


@pytest.mark.parametrize("upload_id", ["", "../one", "a b", "x" * 65, "a/b"])
def test_refuses_names_that_are_none(portal: ModuleType, upload_id: str) -> None:
    assert ask(portal, "begin", CSV, upload_id)[0] == 400


@pytest.mark.parametrize("told", [None, {"lambda": None}, {"lambda": {}}])
def test_an_authorizer_that_does_not_tell_who_it_is(
    portal: ModuleType, monkeypatch: pytest.MonkeyPatch, told: object
) -> None:
    monkeypatch.setattr(portal, "authorizer", "lambda")
    status, answer = ask(portal, "begin", CSV, authorizer=told)
    assert (status, answer) == (400, {"error": "the authorizer must tell principalId in its context"})
    assert ask(portal, "begin", CSV, authorizer={"lambda": {"principalId": "ada"}})[0] == 200


def test_a_role_goes_on_in_its_next_session(portal: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal, "authorizer", "iam")
    keys = [
        ask(
            portal,
            "begin",
            CSV,
            authorizer={"iam": {"callerId": f"AROAEXAMPLE:{name}", "userArn": f"arn:…/sender/{name}"}},
        )[1]["key"]
        for name in ("monday", "tuesday")
    ]
    assert keys[0] == keys[1]


@pytest.mark.parametrize("operation", ["s3.HeadObject", "dynamodb.GetItem"])
def test_says_so_when_a_store_does_not_answer(portal: ModuleType, operation: str) -> None:
    with hooked(portal, f"before-call.{operation}", error("SlowDown", 503)):
        assert ask(portal, "begin", CSV) == (503, {"error": "please send it again"})


def test_the_largest_file_has_parts_that_s3_takes() -> None:
    wanted = domain.Wanted("k", "k", 50 * 10**12, "text/csv")
    sizes = wanted.part_sizes
    assert len(sizes) <= domain.MOST_PARTS
    assert sum(sizes) == wanted.size
    assert max(sizes) <= 5 * 1024**3
    assert domain.Wanted("k", "k", domain.MULTIPART_ABOVE, "text/csv").part_size is None
