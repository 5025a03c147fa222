"""Whatever an endpoint answers: one line, an exit code, and nothing deleted that the target did not take."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from wellmade.cli import main
from wellmade.redrive import aws, replay

from .odd import Answer, Endpoint, json_of, serving

BODIES = [f"order {number}" for number in range(12)]
Spoil = Callable[[dict[str, Any], Answer], Answer | None]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for silence only a moment."""

    monkeypatch.setattr(aws, "ANSWER_SECONDS", 2)
    monkeypatch.setattr(aws, "CONNECT_SECONDS", 2)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with serving(Endpoint(list(BODIES))) as found:
        yield found


def always(answer: Answer | None) -> Spoil:
    return lambda _request, _right: answer


def changed(change: Callable[[dict[str, Any]], object]) -> Spoil:
    """Change the right answer."""

    def spoil(_request: dict[str, Any], right: Answer) -> Answer:
        document = json.loads(right[1])
        change(document)
        return json_of(document)

    return spoil


def first(spoil: Spoil) -> Spoil:
    """Spoil the first answer only."""
    calls: list[int] = []

    def once(request: dict[str, Any], right: Answer) -> Answer | None:
        calls.append(1)
        return spoil(request, right) if len(calls) == 1 else right

    return once


def redrive(endpoint: Endpoint, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = main(
        ["redrive", "dead", "--to", "orders", "--endpoint-url", endpoint.url, "--rate", "3000", *more]
    )
    said = capsys.readouterr()
    return code, json.loads(said.out) if "--format" in more and said.out else {"said": said.out + said.err}


RAW: dict[str, Answer | None] = {
    "nothing of it": json_of({}),
    "a page": (200, b"<html><body>Welcome to the guest network</body></html>"),
    "cut off": (200, b'{"Successful": [{"Id": "0", "Messag'),
    "no bytes": (200, b""),
    "a list": json_of([]),
    "a number": json_of(1),
    "no UTF-8": (200, b"\xff\xfe{}"),
    "deep": (200, b"[" * 100_000),
    "a fault": json_of({"__type": "InternalError", "message": "try again"}, 500),
    "a page of a fault": (502, b"<html>Bad gateway</html>"),
    "a page that denies": (403, b"<html>Your IT department</html>"),
    "a list that denies": json_of([1], 403),
    "silence": None,
}
IN_ENTRIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "an id is missing": lambda d: d["Successful"].pop(),
    "an id twice": lambda d: d["Successful"].append(d["Successful"][0]),
    "taken and refused": lambda d: d.update(Failed=[{"Id": "0", "SenderFault": True, "Code": "No"}]),
    "ids of others": lambda d: [each.update(Id=f"x{each['Id']}") for each in d["Successful"]],
    "no ids": lambda d: [each.pop("Id") for each in d["Successful"]],
    "no new id": lambda d: [each.pop("MessageId") for each in d["Successful"]],
    "one new id for all": lambda d: [each.update(MessageId="same") for each in d["Successful"]],
    "another body": lambda d: d["Successful"][0].update(MD5OfMessageBody="0" * 32),
    "ids of another type": lambda d: [each.update(Id=1) for each in d["Successful"]],
    "no list": lambda d: d.update(Successful={"Id": "0"}),
    "null": lambda d: d.update(Successful=None),
}
SENDS = {
    **{name: always(answer) for name, answer in RAW.items()},
    **{name: changed(change) for name, change in IN_ENTRIES.items()},
}


@pytest.mark.parametrize("name", SENDS)
def test_what_the_target_did_not_surely_take_stays_and_is_not_sent_again(
    endpoint: Endpoint, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    endpoint.spoiled["SendMessageBatch"] = first(SENDS[name])
    code, found = redrive(endpoint, capsys, "--execute", "--format", "json")
    assert code == 1
    assert found["fault"]
    unsure = set(found["uncertain"])
    assert len(unsure) == 10 - found["moved"]
    assert len(endpoint.deleted) == found["moved"]
    assert not unsure & set(endpoint.deleted)
    assert redrive(endpoint, capsys, "--execute")[0] == 1
    assert sorted(endpoint.sent) == sorted(BODIES)
    assert len(endpoint.deleted) + len(unsure) == len(BODIES)


DELETES = {
    name: spoil
    for name, spoil in SENDS.items()
    if name not in {"no new id", "one new id for all", "another body"}
}


@pytest.mark.parametrize("name", DELETES)
def test_what_is_not_surely_deleted_is_told_and_not_sent_again(
    endpoint: Endpoint, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    endpoint.spoiled["DeleteMessageBatch"] = DELETES[name]
    code, found = redrive(endpoint, capsys, "--execute", "--format", "json")
    assert code == 1
    assert found["doubled"]
    endpoint.spoiled.clear()
    if not found["moved"]:  # then nothing was: what is surely deleted does not come back
        endpoint.deleted.clear()
        endpoint._in_flight.clear()
    assert redrive(endpoint, capsys, "--execute")[0] == 0
    assert sorted(endpoint.sent) == sorted(BODIES)


RECEIVES: dict[str, Callable[[dict[str, Any]], object]] = {
    "no id": lambda m: m.pop("MessageId"),
    "an id with spaces": lambda m: m.update(MessageId="a b"),
    "an id of two lines": lambda m: m.update(MessageId="a\nsent 1 b"),
    "no receipt": lambda m: m.pop("ReceiptHandle"),
    "no body": lambda m: m.pop("Body"),
    "half a character": lambda m: m.update(Body="\ud800"),
    "a count that is none": lambda m: m["Attributes"].update(ApproximateReceiveCount="often"),
    "a moment that is none": lambda m: m["Attributes"].update(SentTimestamp="9" * 30),
    "a negative moment": lambda m: m["Attributes"].update(SentTimestamp="-1"),
    "NaN": lambda m: m["Attributes"].update(SentTimestamp=float("nan")),
    "attributes without a type": lambda m: m.update(MessageAttributes={"a": {}}),
    "attributes without a value": lambda m: m.update(MessageAttributes={"a": {"DataType": "String"}}),
    "attributes in a list": lambda m: m.update(Attributes=[1]),
}


@pytest.mark.parametrize("name", RECEIVES)
def test_a_message_that_is_none_ends_it_in_one_line(
    endpoint: Endpoint, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    endpoint.spoiled["ReceiveMessage"] = changed(lambda d: [RECEIVES[name](m) for m in d.get("Messages", ())])
    code, found = redrive(endpoint, capsys, "--execute")
    assert code == 1
    assert "ReceiveMessage: the answer must have" in found["said"]
    assert endpoint.sent == endpoint.deleted == []


@pytest.mark.parametrize("name", RAW)
def test_a_queue_that_cannot_be_read_is_not_taken_for_an_empty_one(
    endpoint: Endpoint, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    endpoint.spoiled["ReceiveMessage"] = always(RAW[name])
    code, found = redrive(endpoint, capsys, "--execute", "--format", "json")
    assert code == 1
    assert found["fault"] or found["nothing_moved"]
    assert endpoint.sent == endpoint.deleted == []


def test_a_message_that_comes_twice_in_an_answer_goes_once(
    endpoint: Endpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    endpoint.spoiled["ReceiveMessage"] = changed(lambda d: d.update(Messages=d.get("Messages", []) * 2))
    assert redrive(endpoint, capsys, "--execute")[0] == 0
    assert sorted(endpoint.sent) == sorted(BODIES)


def test_a_queue_that_offers_the_same_for_ever_ends(
    endpoint: Endpoint, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "KNOWN_AGAIN", 5)
    endpoint.spoiled["ReceiveMessage"] = always(json_of({"Messages": [endpoint.message(0)]}))
    assert redrive(endpoint, capsys, "--execute")[0] == 0
    assert endpoint.sent == BODIES[:1]


ATTRIBUTES: dict[str, Callable[[dict[str, Any]], object]] = {
    "none": lambda d: d.clear(),
    "no ARN": lambda d: d["Attributes"].pop("QueueArn"),
    "an ARN of something else": lambda d: d["Attributes"].update(QueueArn="arn:aws:s3:::bucket"),
    "a count that is none": lambda d: d["Attributes"].update(ApproximateNumberOfMessages="many"),
    "a policy that is no JSON": lambda d: d["Attributes"].update(RedrivePolicy="{"),
    "a policy without a queue": lambda d: d["Attributes"].update(RedrivePolicy="[1]"),
    "a size that is none": lambda d: d["Attributes"].update(MaximumMessageSize="big"),
}


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_a_queue_that_is_none_ends_it_in_one_line(
    endpoint: Endpoint, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    endpoint.spoiled["GetQueueAttributes"] = changed(ATTRIBUTES[name])
    code, found = redrive(endpoint, capsys)
    assert code == 2
    assert found["said"].startswith("wellmade: GetQueueAttributes: the answer must have")
    assert len(found["said"].splitlines()) == 1


@pytest.mark.parametrize("name", RAW)
def test_a_queue_that_nobody_knows_ends_it_in_one_line(
    endpoint: Endpoint, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    endpoint.spoiled["GetQueueUrl"] = always(RAW[name])
    code, found = redrive(endpoint, capsys)
    assert code == 2
    assert len(found["said"].splitlines()) == 1
    assert "Traceback" not in found["said"]


def test_silence_is_told(endpoint: Endpoint, capsys: pytest.CaptureFixture[str]) -> None:
    endpoint.spoiled["GetQueueUrl"] = always(None)
    code, found = redrive(endpoint, capsys)
    assert (code, found["said"]) == (2, f"wellmade: {endpoint.url}/: no answer within 2 seconds; is it up?\n")
