"""What becomes of every kind of file."""

import codecs
import json
from pathlib import Path
from typing import Any

import pytest

from tests.handlers.support import PREFIX, Inbox, client, error, hooked, items, message, objects

CSV = "id,name\n1,Ada\n2,Grace\n"


def test_file_is_loaded_row_by_row(inbox: Inbox) -> None:
    sent = inbox.drop("in/a.csv", "id,name\n1,Ada\n2,\n")
    told = json.loads(sent["body"])["Records"][0]["s3"]["object"]
    assert inbox.deliver(sent) == []
    assert inbox.result("in/a.csv") == {
        "status": "loaded",
        "bucket": "inbox",
        "key": f"{PREFIX}in/a.csv",
        "version": told["versionId"],
        "etag": told["eTag"],
        "sequencer": None,
        "size": told["size"],
        "dialect": "comma",
        "encoding": "utf-8",
        "reader": inbox.handler.store.reader(),
        "rows": 2,
        "loaded": 2,
        "rejected": 0,
        "rejects_kept": 0,
    }
    assert set(objects("results")) == {"in/a.csv.result.json", "in/a.csv.rejects.jsonl"}
    rows = {item["sk"]["N"]: item for item in items("rows")}
    assert {line: {"id", "name"} & set(item) for line, item in rows.items()} == {
        "2": {"id", "name"},
        "3": {"id"},
    }
    assert rows["2"]["name"] == {"S": "Ada"}
    assert rows["2"]["pk"]["S"].endswith("#2")


LOADED = {
    "header only": ("a.csv", "id,name\n", (0, 0)),
    "no line end at the end": ("a.csv", "id,name\n1,Ada", (1, 0)),
    "UTF-8 with a byte order mark": ("a.csv", codecs.BOM_UTF8 + CSV.encode(), (2, 0)),
    "Windows line ends": ("a.csv", "id,name\r\n1,Ada\r\n2,Grace\r\n", (2, 0)),
    "old Mac line ends": ("a.csv", "id,name\r1,Ada\r2,Grace\r", (2, 0)),
    "blank lines are no rows": ("a.csv", "\nid,name\n\n1,Ada\n\n", (1, 0)),
    "a field over two lines": ("a.csv", 'id,name\n1,"Ada\nLovelace"\n', (1, 0)),
    "capital letters in the name": ("A.CSV", CSV, (2, 0)),
    "ragged rows": ("a.csv", "id,name\n1\n2,Grace\n3,Joan,Clarke\n", (1, 2)),
    "a quote that is never closed": ("a.csv", 'id,name\n1,"Ada\n2,Grace\n3,Joan\n', (2, 1)),
    "text after a closing quote": ("a.csv", 'id,name\n1,"Ada" L\n2,Grace\n', (1, 1)),
    "a line of 100 KB": ("a.csv", f"id,name\n1,{'x' * 100_000}\n2,Grace\n", (1, 1)),
    "JSON Lines": ("a.jsonl", '{"id":1}\n\n{"id":2}\n', (2, 0)),
    "JSON Lines with a byte order mark": ("a.jsonl", codecs.BOM_UTF8 + b'{"id":1}\n', (1, 0)),
    "empty JSON Lines": ("a.jsonl", "", (0, 0)),
    "JSON Lines of blank lines": ("a.jsonl", codecs.BOM_UTF8 + b"\n\n", (0, 0)),
    "a bad JSON line": ("a.jsonl", '{"id":1}\n{"id":\n{"id":3}\n', (2, 1)),
    "a JSON line that is no object": ("a.jsonl", '{"id":1}\n[2]\n', (1, 1)),
    "a JSON line that is too long": (
        "a.jsonl",
        '{"id":1}\n{"id":"' + "x" * 100_000 + '"}\n{"id":3}\n',
        (2, 1),
    ),
}


@pytest.mark.parametrize(("key", "body", "counts"), LOADED.values(), ids=LOADED)
def test_loaded(inbox: Inbox, key: str, body: bytes | str, counts: tuple[int, int]) -> None:
    inbox.load(key, body)
    assert inbox.counts(key) == counts
    assert len(items("rows")) == counts[0]
    assert len(inbox.rejects(key)) == counts[1]
    assert objects("quarantine") == {}


REFUSED = {
    "another format": ("a.xlsx", b"PK\3\4", "format", "the name must end in .csv or .jsonl"),
    "an empty CSV file": ("a.csv", "", "empty", "no header"),
    "a byte order mark alone": ("a.csv", codecs.BOM_UTF8, "empty", "no header"),
    "UTF-16": ("a.csv", CSV.encode("utf-16"), "encoding", "UTF-16 or UTF-32; save the file as UTF-8"),
    "UTF-16 without a mark": ("a.csv", CSV.encode("utf-16-le"), "encoding", "holds NUL bytes"),
    "Latin-1": ("a.csv", "id\nJosé\n".encode("latin-1"), "encoding", "not UTF-8: byte 0xe9 on line 2"),
    "gzip": ("a.csv", b"\x1f\x8b\x08", "encoding", "not UTF-8: byte 0x8b on line 1"),
    "NUL bytes": ("a.jsonl", b'{"a":"\0"}', "encoding", "holds NUL bytes"),
    "a column twice": ("a.csv", "id,name,id\n", "header", "line 1: column 'id' appears more than once"),
    "a column without a name": ("a.csv", "id,,name\n", "header", "line 1: column 2 has no name"),
    "a column named like the table's key": (
        "a.csv",
        "pk,name\n",
        "header",
        "line 1: column 'pk' is reserved",
    ),
    "a header that is never closed": ("a.csv", 'id,"name\n1,Ada\n', "header", "line 1: a quote is opened"),
    "a header that is too long": ("a.csv", "x" * 70_000, "header", "line 1: line is longer than 65536 bytes"),
    "a JSON array": (
        "a.jsonl",
        '[{"id":1}]',
        "format",
        "line 1: is no JSON object; JSON Lines is an object a line",
    ),
    "CSV called JSON": (
        "a.jsonl",
        CSV,
        "format",
        "line 1: is no JSON that can be kept: Expecting value at character 0",
    ),
}


@pytest.mark.parametrize(("key", "body", "reason", "detail"), REFUSED.values(), ids=REFUSED)
def test_refused_at_first_sight(inbox: Inbox, key: str, body: bytes | str, reason: str, detail: str) -> None:
    inbox.load(key, body)
    refusal = inbox.refusal(key)
    assert (refusal["bucket"], refusal["key"]) == ("inbox", f"{PREFIX}{key}")
    assert refusal["reason"] == reason
    assert refusal["detail"].startswith(detail)
    assert objects("quarantine")[key] == (body if isinstance(body, bytes) else body.encode())
    assert objects("results") == {}
    assert items("rows") == []


@pytest.mark.parametrize("key", ["in/two words.csv", "in/a+b.csv", "in/Zürich 東京.csv", "in/100 %.csv"])
def test_key_is_decoded(inbox: Inbox, key: str) -> None:
    inbox.load(key, CSV)
    assert inbox.result(key)["key"] == f"{PREFIX}{key}"


def test_bad_byte_after_the_first_64_kib_costs_its_line_only(inbox: Inbox) -> None:
    lines = [b"id,name"] + [b"%d,%s" % (number, b"x" * 100) for number in range(1000)]
    lines[900] = b"900,Jos\xe9"
    inbox.load("a.csv", b"\n".join(lines))
    assert inbox.counts("a.csv") == (999, 1)
    [reject] = inbox.rejects("a.csv")
    assert (reject["line"], reject["reason"]) == (901, "not UTF-8: byte 0xe9 at position 7")


def test_rejects_say_line_reason_and_row(inbox: Inbox) -> None:
    inbox.load("a.csv", 'id,name\n1,Ada\n2\n3,"Joan\n')
    assert inbox.rejects("a.csv") == [
        {"line": 3, "reason": "expected 2 columns, got 1", "row": "2\n"},
        {"line": 4, "reason": "a quote is opened and not closed within 65536 characters", "row": '3,"Joan\n'},
    ]


@pytest.mark.not_deployed("a bucket without versions")
def test_object_deleted_before_it_is_read_has_only_a_reason(plain_inbox: Inbox) -> None:
    sent = plain_inbox.drop("a.csv", CSV)
    plain_inbox.s3.delete_object(Bucket="inbox", Key=f"{PREFIX}a.csv")
    assert plain_inbox.deliver(sent) == []
    assert plain_inbox.refusal("a.csv")["reason"] == "gone"
    assert set(objects("quarantine")) == {"a.csv.reason.json"}


@pytest.mark.not_deployed("a bucket without versions")
def test_object_overwritten_before_it_is_read_counts_as_gone(plain_inbox: Inbox) -> None:
    first = plain_inbox.drop("a.csv", CSV)
    second = plain_inbox.drop("a.csv", "id,name\n9,Joan\n")
    assert plain_inbox.deliver(first) == []
    assert plain_inbox.refusal("a.csv")["reason"] == "gone"
    assert plain_inbox.deliver(second) == []
    assert plain_inbox.counts("a.csv") == (1, 0)


def test_overwritten_version_is_still_loaded(inbox: Inbox) -> None:
    first = inbox.drop("a.csv", CSV)
    second = inbox.drop("a.csv", "id,name\n9,Joan\n")
    assert inbox.deliver(first, second) == []
    assert len(items("rows")) == 3


def test_deleted_version_has_only_a_reason(inbox: Inbox) -> None:
    sent = inbox.drop("a.csv", CSV)
    version = json.loads(sent["body"])["Records"][0]["s3"]["object"]["versionId"]
    inbox.s3.delete_object(Bucket="inbox", Key=f"{PREFIX}a.csv", VersionId=version)
    assert inbox.deliver(sent) == []
    assert (inbox.refusal("a.csv")["reason"], inbox.refusal("a.csv")["version"]) == ("gone", version)


def test_refused_object_that_goes_before_the_copy_has_only_a_reason(inbox: Inbox) -> None:
    sent = inbox.drop("a.csv", CSV.encode("utf-16"))
    with hooked(inbox.handler, "before-call.s3.CopyObject", error("NoSuchKey", 404)):
        assert inbox.deliver(sent) == []
    assert set(objects("quarantine")) == {"a.csv.reason.json"}


TRANSIENT = [
    ("s3.GetObject", "AccessDenied"),
    ("s3.GetObject", "SlowDown"),
    ("s3.PutObject", "AccessDenied"),
    ("dynamodb.PutItem", "ThrottlingException"),
    ("dynamodb.BatchWriteItem", "ProvisionedThroughputExceededException"),
    ("dynamodb.UpdateItem", "InternalServerError"),
]


@pytest.mark.parametrize(("call", "code"), TRANSIENT)
def test_what_may_succeed_later_goes_back_and_is_then_done(inbox: Inbox, call: str, code: str) -> None:
    sent = inbox.drop("a.csv", CSV)
    with hooked(inbox.handler, f"before-call.{call}", error(code)):
        assert inbox.deliver(sent, remaining=0) == [sent]
    assert objects("quarantine") == {}
    assert inbox.deliver(sent) == []
    assert inbox.counts("a.csv") == (2, 0)


def test_refused_copy_goes_back(inbox: Inbox) -> None:
    sent = inbox.drop("a.csv", CSV.encode("utf-16"))
    with hooked(inbox.handler, "before-call.s3.CopyObject", error("AccessDenied", 403)):
        assert inbox.deliver(sent) == [sent]
    assert objects("quarantine") == {}


def test_message_that_tells_of_no_object_goes_back_and_the_others_are_done(inbox: Inbox) -> None:
    odd = message("not an event")
    assert inbox.deliver(odd, inbox.drop("a.csv", CSV)) == [odd]
    assert inbox.counts("a.csv") == (2, 0)


def test_test_event_is_swallowed(inbox: Inbox) -> None:
    test = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "inbox", "RequestId": "1"}
    assert inbox.deliver(message(test)) == []
    assert items("claims") == []


SHARED_DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "csv"


@pytest.mark.parametrize("name", ["unlocode-country-codes.csv", "unlocode-subdivision-codes.csv"])
def test_real_file(inbox: Inbox, name: str) -> None:
    if not (file := SHARED_DATA / name).is_file():
        pytest.skip(f"{file} is not there")
    inbox.load(name, file.read_bytes())
    assert inbox.counts(name) == (len(file.read_text(encoding="utf-8").splitlines()) - 1, 0)
    count = client("dynamodb").scan(TableName="rows", Select="COUNT")["Count"]
    assert count == inbox.result(name)["loaded"]


def test_the_result_says_how_the_file_was_read(inbox: Inbox) -> None:
    inbox.load("a.csv", codecs.BOM_UTF8 + b"id;name\n1;Ada\n2\n")
    result = inbox.result("a.csv")
    said = ("status", "rows", "loaded", "rejected", "dialect", "encoding", "reader")
    reader = inbox.handler.store.reader()
    assert [result[name] for name in said] == [
        *("loaded", 2, 1, 1, "semicolon", "utf-8 with byte order mark", reader)
    ]


def test_a_file_whose_every_row_is_rejected_is_not_loaded(inbox: Inbox) -> None:
    inbox.load("a.csv", "id,name\n1\n2\n")
    assert inbox.result("a.csv")["status"] == "rejected"
    assert len(inbox.rejects("a.csv")) == 2
    assert inbox.refusal("a.csv")["reason"] == "rejects"


def test_many_rejected_rows_count_in_a_metric(inbox: Inbox, capsys: pytest.CaptureFixture[str]) -> None:
    inbox.load("a.csv", "id,name\n1\n2\n3,Ada\n")
    inbox.load("b.csv", "id,name\n1,Ada\n")
    counted = [line for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert [json.loads(line)["FilesOverRejectionRate"] for line in counted] == [1]


@pytest.mark.parametrize("body", ["id,name\n1\n2\n", "", "a;b,c\n1;2,3\n"], ids=["rows", "empty", "dialect"])
def test_a_file_of_which_nothing_is_loaded_counts_in_that_metric_too(
    inbox: Inbox, capsys: pytest.CaptureFixture[str], body: str
) -> None:
    sent = inbox.drop("a.csv", body)
    inbox.deliver(sent)
    inbox.deliver(sent)
    assert capsys.readouterr().out.count('"FilesOverRejectionRate": 1') == 1


def test_a_file_that_is_gone_counts_in_none(inbox: Inbox, capsys: pytest.CaptureFixture[str]) -> None:
    sent = inbox.drop("a.csv", "id\n1\n")
    version = json.loads(sent["body"])["Records"][0]["s3"]["object"]["versionId"]
    inbox.s3.delete_object(Bucket="inbox", Key=f"{PREFIX}a.csv", VersionId=version)
    inbox.deliver(sent)
    assert "FilesOverRejectionRate" not in capsys.readouterr().out


def test_a_corrected_upload_leaves_no_rejects_of_the_one_before(inbox: Inbox) -> None:
    inbox.load("a.csv", "id,name\n1\n2,Ada\n")
    inbox.load("a.csv", "id,name\n1,Bob\n2,Ada\n")
    assert (inbox.counts("a.csv"), inbox.rejects("a.csv")) == ((2, 0), [])


def test_a_message_that_comes_late_overwrites_no_newer_result(inbox: Inbox) -> None:
    old, new = (inbox.drop("a.csv", f"id,name\n{rows}") for rows in ("1\n2,Ada\n", "1,Bob\n2,Ada\n3,Cleo\n"))
    for sent, sequencer in ((old, "0055AED6"), (new, "0055AED6DCD90281E5")):
        body = json.loads(sent["body"])
        body["Records"][0]["s3"]["object"]["sequencer"] = sequencer
        sent["body"] = json.dumps(body)
    assert inbox.deliver(new) == []
    assert inbox.deliver(old) == []
    assert (inbox.counts("a.csv"), inbox.rejects("a.csv")) == ((3, 0), [])


def test_what_was_refused_is_read_again_by_another_version(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = inbox.drop("a.csv", "id,id\n1,2\n")
    assert inbox.deliver(sent) == []
    again: list[str] = []
    monkeypatch.setattr(inbox.handler.inbox, "_version", lambda: "another")
    original = inbox.handler.read_rows

    def noted(key: str, *rest: Any) -> Any:
        again.append(key)
        return original(key, *rest)

    monkeypatch.setattr(inbox.handler, "read_rows", noted)
    assert inbox.deliver(sent) == []
    assert again == [f"{PREFIX}a.csv"]


def test_keys_as_long_as_s3_takes_have_results(inbox: Inbox) -> None:
    name = "x" * (1024 - len(PREFIX) - 4) + ".csv"
    assert inbox.deliver(inbox.drop(name, "id\n1\n")) == []
    assert [key for key in objects("results") if key.endswith(".result.json")]
