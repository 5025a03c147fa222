import json
from types import ModuleType
from typing import Any

import pytest

from tests.handlers.clickstream.clicks import click
from tests.handlers.support import Context, answer, client, error, hooked, recorded
from wellmade_runtime.stream_producer import partition_key


def post(clicks: ModuleType, body: object) -> tuple[int, dict[str, Any]]:
    text = body if isinstance(body, str) else json.dumps(body)
    got = clicks.handler({"body": text}, Context())
    return got["statusCode"], json.loads(got["body"])


def in_stream() -> list[tuple[str, dict[str, Any]]]:
    kinesis = client("kinesis")
    found = []
    for shard in kinesis.list_shards(StreamName="clicks")["Shards"]:
        place = {"StreamName": "clicks", "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = kinesis.get_shard_iterator(**place)["ShardIterator"]
        found += kinesis.get_records(ShardIterator=iterator)["Records"]
    return [(record["PartitionKey"], json.loads(record["Data"])) for record in found]


def test_clicks_are_written_with_the_key_of_their_user(clicks: ModuleType) -> None:
    given = [click(1), click(2, user="bob"), click(3)]
    assert post(clicks, {"clicks": given}) == (202, {"clicks": 3})
    assert sorted(in_stream(), key=str) == sorted(
        [(partition_key(each["user"]), each) for each in given], key=str
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "body must be a JSON object"),
        ({"clicks": []}, "clicks must be a list of 1 to 500"),
        ({"clicks": [click(1)] * 501}, "clicks must be a list of 1 to 500"),
        ({"clicks": ["home"]}, "clicks must be a list of objects"),
        ({"clicks": [{**click(1), "user": ""}]}, "user must be text of 1 to 256 characters"),
        ({"clicks": [{**click(1), "at": "today"}]}, "at must be a time such as 2026-11-26T18:00:00Z"),
        ({"clicks": [{**click(1), "at": "2026-11-26T18:00:00"}]}, "at must tell its time zone"),
    ],
)
def test_bad_clicks_are_refused_whole(clicks: ModuleType, body: object, said: str) -> None:
    status, got = post(clicks, body)
    assert status == 400
    assert said in got["error"]
    assert in_stream() == []


def test_what_the_stream_refused_is_sent_again_alone(clicks: ModuleType) -> None:
    refusals = iter(
        [{"FailedRecordCount": 1, "Records": [{"SequenceNumber": "1"}, {"ErrorCode": "Throttled"}]}]
    )

    def once(**_: object) -> Any:
        refusal = next(refusals, None)
        return answer(refusal) if refusal else None

    with hooked(clicks, "before-call.kinesis.PutRecords", once):
        assert post(clicks, {"clicks": [click(1), click(2)]})[0] == 202
    assert [record["click_id"] for _, record in in_stream()] == ["c-2"]


def test_what_stays_refused_is_not_taken(clicks: ModuleType) -> None:
    refused = {"FailedRecordCount": 1, "Records": [{"ErrorCode": "Throttled"}]}
    with (
        hooked(clicks, "before-call.kinesis.PutRecords", lambda **_: answer(refused)),
        recorded(clicks) as calls,
    ):
        assert post(clicks, {"clicks": [click(1)]}) == (
            503,
            {"error": "not taken, please send them again"},
        )
    assert len(calls) == 3


def test_a_call_that_fails_is_answered_with_503(clicks: ModuleType) -> None:
    with hooked(clicks, "before-call.kinesis.PutRecords", error("InternalFailure")):
        assert post(clicks, {"clicks": [click(1)]})[0] == 503
    assert in_stream() == []


def test_keys_of_users_spread(clicks: ModuleType) -> None:  # noqa: ARG001 - the import path of the handler
    firsts = {partition_key(f"user{number}")[0] for number in range(200)}
    assert len(firsts) == 16
