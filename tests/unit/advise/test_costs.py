"""What options cost, computed here by hand from the pages of AWS, and figures of the documents."""

import pytest

from wellmade.advise.costs import Cost, cost_of
from wellmade.advise.fields import Value
from wellmade.advise.workload import of_answers

HOURS, SECONDS = 730, 730 * 3600


def usd(question: str, option: str, **given: Value) -> float:
    workload = of_answers("workload", given)
    cost = cost_of(
        question, option, workload, workload.values("us-east-1") | {"compute": "lambda"}, "us-east-1"
    )
    assert not cost.not_priced
    return cost.usd


def test_ten_million_events_a_day() -> None:
    """Source: 002, 10 M events: Fargate 54, Lambda 185, each on x86; here both are on arm64, tasks are busy for 60 %.

    The document counts a request for each event; a queue hands ten of them over in one.
    """
    load: dict[str, Value] = {
        "rate": 300e6 / SECONDS,
        "duration": 0.2,
        "memory": 128.0,
        "starts_with": "messages",
    }
    function = usd("compute", "lambda", **load)
    assert function == pytest.approx(30 * 0.20 + 7.5e6 * 0.0000133334)
    # The document's three tasks take 20 events at once for each processor.
    tasks = usd("compute", "fargate", **load, processor_share=0.02)
    assert tasks < function / 2


@pytest.mark.parametrize(
    ("given", "messages"),
    [
        ({"starts_with": "messages"}, 10),
        ({"starts_with": "files"}, 10),
        ({"starts_with": "table_changes"}, 100),
        ({"starts_with": "messages", "replay": True}, 100),
        ({"starts_with": "messages", "ordering": "by_key"}, 1),
        ({"starts_with": "messages", "latency": 5.0}, 1),
        ({"starts_with": "requests"}, 1),
        ({"starts_with": "messages", "rate": 0.4}, 2),
        ({"starts_with": "messages", "rate": 0.01}, 1),
    ],
)
def test_a_function_is_called_once_for_a_batch(given: dict[str, Value], messages: float) -> None:
    load: dict[str, Value] = {"rate": 1000.0, "duration": 0.001, "memory": 1.0, **given}
    requests = float(str(load["rate"])) * SECONDS / messages * 0.2e-6
    assert usd("compute", "lambda", **load) == pytest.approx(requests, rel=0.01)


def test_two_tasks_run_where_requests_may_come() -> None:
    assert usd("compute", "fargate", rate=0.01) == pytest.approx(HOURS * (0.03238 + 2 * 0.00356))


@pytest.mark.parametrize(
    "given",
    [
        {"starts_with": "table_changes"},
        {"starts_with": "messages", "replay": True},
        {"starts_with": "messages", "ordering": "by_key", "consumers": 3},
    ],
)
def test_two_tasks_of_each_reader_run_where_they_read_a_stream(given: dict[str, Value]) -> None:
    readers = float(given.get("consumers", 1.0) or 1.0)
    found = usd("compute", "fargate", rate=0.01, **given)
    assert found == pytest.approx(readers * HOURS * (0.03238 + 2 * 0.00356))


@pytest.mark.parametrize("option", ["lambda", "fargate", "ec2", "eks"])
def test_each_reader_of_a_message_does_its_work(option: str) -> None:
    load: dict[str, Value] = {"starts_with": "messages", "rate": 2000.0, "duration": 0.5}
    alone, three = (usd("compute", option, **load, consumers=readers) for readers in (1.0, 3.0))
    assert three == pytest.approx(3 * alone, rel=0.15)


def test_a_request_is_answered_once() -> None:
    assert usd("compute", "lambda", consumers=3.0) == usd("compute", "lambda")


def test_no_task_runs_at_rest_behind_a_queue() -> None:
    assert usd("compute", "fargate", rate=0.01, starts_with="messages", ordering="by_key") < 1


def test_forty_requests_a_second_through_an_api() -> None:
    assert usd("front_door", "http_api", rate=100e6 / SECONDS) == pytest.approx(100.0)


def test_a_message_is_sent_alone_and_received_by_tens() -> None:
    assert usd("messaging", "queue", rate=1e6 / SECONDS, size=65.0) == pytest.approx(2 * 1.2 * 0.40)


def test_an_item_takes_a_unit_for_each_kilobyte() -> None:
    writes, reads, stored = 3 * 0.625, 0.125, 10 * 0.25
    found = usd("data_store", "table", rate=1e6 / SECONDS, size=3.0, data="by_key")
    assert found == pytest.approx(writes + reads + stored)


def test_a_sum_with_something_unpriced_is_at_least_that() -> None:
    found = Cost(2.0) + Cost(0.0, ("a proxy",), is_priced=False)
    assert found.shown == "at least 2.00 US dollars"
    assert Cost(0.0, ("a proxy",), is_priced=False).shown == "not priced"
    assert Cost().shown == "0.00 US dollars"


def unpriced(question: str, option: str, **given: Value) -> Cost:
    workload = of_answers("workload", given)
    return cost_of(question, option, workload, workload.values("us-east-1"), "us-east-1")


def test_a_cache_costs_its_nodes_only_as_far_as_they_hold_the_data() -> None:
    small = unpriced("data_store", "cache", data="sessions", stored=0.4)
    assert small.usd == pytest.approx(2 * HOURS * 0.0128)
    large = unpriced("data_store", "cache", data="sessions", stored=400.0)
    assert (large.shown, large.is_priced) == ("not priced", False)


def test_an_instance_costs_more_than_its_least_where_the_peak_is_high() -> None:
    assert not unpriced("data_store", "instance", data="relational", rate=100.0).not_priced
    assert "no measured load" in str(unpriced("data_store", "instance", data="relational", rate=20_000.0))


def test_a_stream_of_a_table_costs_the_changes_that_it_captures() -> None:
    load: dict[str, Value] = {"rate": 100.0, "size": 2.5}
    messages = unpriced("messaging", "stream", starts_with="messages", **load)
    changes = unpriced("messaging", "stream", starts_with="table_changes", **load)
    assert changes.usd - messages.usd == pytest.approx(100 * SECONDS * 3 * 0.1e-6)


def test_a_task_that_a_schedule_starts_is_paid_for_while_it_runs() -> None:
    """Three hours each night with 8 GB, of which Fargate gives none less than one processor."""
    load: dict[str, Value] = {"starts_with": "schedule", "rate": 1 / 86400, "duration": 10800.0}
    hours = HOURS / 24 * 3
    taken = unpriced("compute", "fargate", memory=8192.0, **load)
    assert taken.usd == pytest.approx(hours * (0.03238 + 8 * 0.00356))
