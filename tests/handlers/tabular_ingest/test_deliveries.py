"""Deliveries that come twice, at once, or to a function that dies: one result, nothing lost, nothing doubled."""

import itertools
import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.handlers.support import PREFIX, Crash, Inbox, Message, crash_at, hooked, items, objects, recorded

BODY = "id,name\n" + "".join(f"{number},name {number}\n" for number in range(60)) + "broken\n"


def check_loaded_once(inbox: Inbox, key: str = "a.csv") -> None:
    assert inbox.counts(key) == (60, 1)
    assert sorted(int(item["id"]["S"]) for item in items("rows")) == list(range(60))
    assert [claim["status"]["S"] for claim in items("claims")] == ["COMPLETED"]


def test_second_delivery_touches_nothing(inbox: Inbox) -> None:
    sent = inbox.drop("a.csv", BODY)
    inbox.deliver(sent)
    with recorded(inbox.handler) as calls:
        assert inbox.deliver(sent) == []
    assert [name for name, _ in calls] == ["PutItem"]  # the claim, refused
    check_loaded_once(inbox)


def test_log_tells_work_apart_from_deliveries_and_from_writes_that_the_sdk_repeats(
    inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    late = iter([0])  # the answer to the first write comes too late, so the SDK writes again

    with hooked(inbox.handler, "needs-retry.s3.PutObject", lambda **_: next(late, None)):
        sent = inbox.drop("a.csv", BODY)
        inbox.deliver(sent)
        inbox.deliver(sent)

    said = [each.getMessage() for each in caplog.records if each.name == "tabular_ingest"]
    assert said == ["file worked on", "file done", "file done"]
    assert next(late, None) is None


def test_same_bytes_under_the_same_name_are_a_duplicate_and_other_bytes_are_not(inbox: Inbox) -> None:
    inbox.load("a.csv", "id\n1\n")
    inbox.load("a.csv", "id\n1\n")
    inbox.load("a.csv", "id\n2\n")
    inbox.load("b.csv", "id\n2\n")
    assert sorted(item["id"]["S"] for item in items("rows")) == ["1", "2", "2"]


def test_refused_file_is_refused_once(inbox: Inbox) -> None:
    sent = inbox.drop("a.csv", "")
    inbox.deliver(sent)
    with recorded(inbox.handler) as calls:
        assert inbox.deliver(sent) == []
    assert [name for name, _ in calls] == ["PutItem"]


def test_delivery_goes_back_while_another_works_on_the_same_file(inbox: Inbox) -> None:
    sent = inbox.drop("a.csv", BODY)
    loading, answered = threading.Event(), threading.Event()

    def hold(**_: Any) -> None:
        loading.set()
        assert answered.wait(10)

    with hooked(inbox.handler, "before-call.dynamodb.BatchWriteItem", hold), ThreadPoolExecutor(1) as pool:
        first = pool.submit(inbox.deliver, sent)
        assert loading.wait(10)
        assert inbox.deliver(sent) == [sent]
        answered.set()
        assert first.result() == []
    with recorded(inbox.handler) as calls:
        assert inbox.deliver(sent) == []
    assert "BatchWriteItem" not in [name for name, _ in calls]
    check_loaded_once(inbox)


def test_duplicate_in_the_same_batch(inbox: Inbox) -> None:
    sent = inbox.drop("a.csv", BODY)
    left = inbox.deliver(sent, {**sent, "messageId": "duplicate"})
    assert inbox.deliver(*left) == []
    check_loaded_once(inbox)


STEPS = [
    "PutItem",
    "GetObject",
    "BatchWriteItem",
    "BatchWriteItem",
    "BatchWriteItem",
    "PutObject",
    "PutObject",
]
STEPS.append("UpdateItem")


def test_steps_of_one_file(inbox: Inbox) -> None:
    sent = inbox.drop("a.csv", BODY)
    with recorded(inbox.handler) as calls:
        inbox.deliver(sent)
    assert [name for name, _ in calls] == STEPS


@pytest.mark.parametrize("step", range(len(STEPS)), ids=[f"{at}-{name}" for at, name in enumerate(STEPS)])
@pytest.mark.parametrize("event", ["before-call", "after-call"])
def test_redelivery_finishes_what_a_crash_left(inbox: Inbox, event: str, step: int) -> None:
    sent = inbox.drop("a.csv", BODY)
    with hooked(inbox.handler, event, crash_at(step)), pytest.raises(Crash):
        inbox.deliver(sent, remaining=0)
    done = event == "after-call" and step == len(STEPS) - 1
    assert [claim["status"]["S"] for claim in items("claims")] in (
        [["COMPLETED"]] if done else [["INPROGRESS"], []]
    )
    assert inbox.deliver(sent) == []
    check_loaded_once(inbox)


def test_crash_is_not_redelivered_into_a_running_claim(inbox: Inbox) -> None:
    sent = inbox.drop("a.csv", BODY)
    with hooked(inbox.handler, "before-call.s3.GetObject", crash_at(0)), pytest.raises(Crash):
        inbox.deliver(sent, remaining=60_000)
    assert inbox.deliver(sent) == [sent]


def test_fifty_files_with_duplicates_and_crashes(inbox: Inbox) -> None:
    chance = random.Random(7)  # noqa: S311 - a fixed course of events
    wanted: dict[str, int] = {}
    queue: list[Message] = []
    for number in range(50):
        key, rows = f"in/{number}.csv", chance.randint(1, 30)
        wanted[key] = rows
        queue.append(inbox.drop(key, "key,id\n" + "".join(f"{key},{row}\n" for row in range(rows))))
    queue += [{**each, "messageId": f"again-{each['messageId']}"} for each in chance.sample(queue, 5)]
    chance.shuffle(queue)

    crashes = drain(inbox, queue, chance)

    assert crashes > 5
    results = [json.loads(body) for key, body in objects("results").items() if key.endswith(".result.json")]
    assert {result["key"].removeprefix(PREFIX): result["rows"] for result in results} == wanted
    loaded = sorted((item["key"]["S"], int(item["id"]["S"])) for item in items("rows"))
    assert loaded == sorted((key, row) for key, rows in wanted.items() for row in range(rows))
    assert len(results) == 50
    assert {claim["status"]["S"] for claim in items("claims")} == {"COMPLETED"}


def drain(inbox: Inbox, queue: list[Message], chance: random.Random) -> int:
    """Deliver batches of five until the queue is empty, dying at first; return how often it died."""
    crashes = 0
    for delivery in itertools.count():
        batch, queue = queue[:5], queue[5:]
        step = chance.randint(0, 15) if delivery % 2 == 0 and delivery < 24 else 10_000
        try:
            with hooked(inbox.handler, chance.choice(["before-call", "after-call"]), crash_at(step)):
                queue += inbox.deliver(*batch, remaining=0)
        except Crash:
            crashes += 1
            queue += batch
        if not queue:
            break
    return crashes
