from typing import TYPE_CHECKING, Any, cast

import pytest

from wellmade.cli import main
from wellmade.redrive.native import Task, move

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from .conftest import House


class Tasks:
    """Answers with the states of one task, one after the other."""

    def __init__(self, *states: dict[str, Any]) -> None:
        self.states = list(states)
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def start_message_move_task(self, **arguments: Any) -> Any:
        self.calls.append(("start", arguments))
        return {"TaskHandle": "h"}

    def cancel_message_move_task(self, **arguments: Any) -> Any:
        self.calls.append(("cancel", arguments))

    def list_message_move_tasks(self, **_: Any) -> Any:
        return {"Results": [self.states.pop(0)]}


def run(house: "House", tasks: Tasks, *, stop: bool = False) -> Task:
    sqs = cast("SQSClient", tasks)
    return move(sqs, house.route, rate=1000, named=False, stop=lambda: stop, sleep=lambda _seconds: None)


def test_a_task_is_followed_to_its_end(house: "House") -> None:
    ends = {"ApproximateNumberOfMessagesMoved": 5, "ApproximateNumberOfMessagesToMove": 5}
    tasks = Tasks({"Status": "RUNNING"}, {"Status": "COMPLETED", **ends})
    assert run(house, tasks) == Task("COMPLETED", 5, 5)
    source = house.route.dead_letter.arn
    assert tasks.calls == [("start", {"SourceArn": source, "MaxNumberOfMessagesPerSecond": 500})]


def test_asked_to_stop_it_is_cancelled_once(house: "House") -> None:
    tasks = Tasks({"Status": "RUNNING"}, {"Status": "CANCELLING"}, {"Status": "CANCELLED"})
    assert not run(house, tasks, stop=True).complete
    assert [name for name, _ in tasks.calls] == ["start", "cancel"]


def test_why_a_task_failed_is_kept(house: "House") -> None:
    task = run(house, Tasks({"Status": "FAILED", "FailureReason": "CouldNotDetermineMessageSource"}))
    assert (task.complete, task.reason) == (False, "CouldNotDetermineMessageSource")


def test_native_chooses_nothing(house: "House", capsys: pytest.CaptureFixture[str]) -> None:
    del house
    assert main(["redrive", "orders-dlq", "--native", "--match", "x", "--unwrap", "--to", "orders"]) == 2
    assert capsys.readouterr().err == (
        "wellmade: --native must stand without --match, --unwrap: SQS moves all messages as they are; "
        "leave out one or the other\n"
    )
