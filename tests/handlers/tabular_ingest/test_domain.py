from collections.abc import Iterator
from datetime import date

import pytest

from tabular_ingest.domain import HEAD, partition, read_rows
from tabular_ingest.tabular.rows import Reject, Row
from tabular_ingest.tabular.schema import Schema, parse_schema
from wellmade_runtime.file_store import UnloadableError, identity


def read(key: str, body: str, schema: Schema | None = None) -> list[Row | Reject]:
    return list(read_rows(key, [body.encode()], schema or Schema()).rows)


def test_identity_keeps_bucket_key_and_etag_apart() -> None:
    assert len({identity("a", "bc", "d"), identity("ab", "c", "d"), identity("a", "b", "cd")}) == 3


def test_identity_is_pinned_because_written_rows_carry_it() -> None:
    assert identity("inbox", "in/a.csv", "etag") == "99053d3fda25339b4bc0e1dd4eceea75"
    assert partition("file", 35) == "file#3"


def test_no_more_is_read_than_is_asked_for() -> None:
    pulled = 0

    def chunks() -> Iterator[bytes]:
        nonlocal pulled
        yield b"id\n"
        for number in range(1000):
            pulled += 1
            yield b"%d\n" % number * 1000

    rows = read_rows("a.csv", chunks(), Schema()).rows
    next(rows)
    assert pulled * 2000 < 2 * HEAD


def test_character_cut_by_the_end_of_the_head_is_no_error() -> None:
    body = "id\n" + "x\n" * (HEAD // 2 - 2) + "é\n"
    assert body.encode()[HEAD - 1 : HEAD + 1] == "é".encode()
    assert {type(row) for row in read("a.csv", body)} == {Row}


def test_schema_decides_about_every_row() -> None:
    schema = parse_schema('{"id": "integer", "day": "date?"}')
    assert read("a.csv", "day,id\n2026-01-02,1\n,2\n,x\n", schema) == [
        Row(2, {"day": date(2026, 1, 2), "id": 1}),
        Row(3, {"id": 2}),
        Reject(4, "id: must be an integer of at most 38 digits, got 'x'", ",x\n"),
    ]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("id,size", "header: line 1: unknown column 'size'; allowed: id, day"),
        ("day", "header: line 1: missing column 'id'"),
    ],
)
def test_header_must_follow_the_schema(header: str, message: str) -> None:
    with pytest.raises(UnloadableError, match=f"^{message}$"):
        read("a.csv", f"{header}\n1\n", parse_schema('{"id": "integer", "day": "date?"}'))


def test_optional_column_may_be_missing() -> None:
    assert read("a.csv", "id\n1\n", parse_schema('{"id": "integer", "day": "date?"}')) == [Row(2, {"id": 1})]


def test_json_objects_must_follow_the_schema_one_by_one() -> None:
    rows = read("a.jsonl", '{"id":"1"}\n{"id":2,"x":3}\n{}\n', parse_schema('{"id": "integer"}'))
    assert rows == [
        Row(1, {"id": 1}),
        Reject(2, "unknown column 'x'; allowed: id", '{"id":2,"x":3}\n'),
        Reject(3, "missing column 'id'", "{}\n"),
    ]
