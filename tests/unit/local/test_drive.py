"""What `wellmade local drive` decides by itself: targets, what is quiet, and what was set aside."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from wellmade.cli import main
from wellmade.errors import WellmadeError
from wellmade.local.activity import FunctionState, QueueState, State, wait_until_quiet
from wellmade.local.deployed import _SET_ASIDE, Resource, _names_under, find
from wellmade.local.drive import Drive
from wellmade.local.sending import sending
from wellmade.local.server import LocalCloud

CLOUD = LocalCloud("http://127.0.0.1:1", 1, Path(), "secret")
QUEUE = Resource("shop", "OrdersQueue1A2B", "AWS::SQS::Queue", "http://h/000/shop-orders", dead_letter=False)
BUCKET = Resource("shop", "Inbox3C4D", "AWS::S3::Bucket", "shop-inbox", dead_letter=False)


@pytest.mark.parametrize(
    "name", ["OrdersQueue1A2B", "OrdersQueue", "shop-orders", "http://h/000/shop-orders"]
)
def test_a_queue_goes_by_many_names(name: str) -> None:
    assert find([BUCKET, QUEUE], "AWS::SQS::Queue", name) is QUEUE


def test_an_unknown_name_tells_the_known_ones() -> None:
    with pytest.raises(WellmadeError, match=r"^there is no bucket Outbox; deployed are: Inbox3C4D$"):
        find([BUCKET, QUEUE], "AWS::S3::Bucket", "Outbox")


def test_an_ambiguous_name_tells_which_there_are() -> None:
    other = Resource("shop", "OrdersDead5E6F", "AWS::SQS::Queue", "http://h/000/dead", dead_letter=True)
    with pytest.raises(
        WellmadeError, match=r"^Orders names 2 queues; give one of: OrdersQueue1A2B, OrdersDead5E6F$"
    ):
        find([QUEUE, other], "AWS::SQS::Queue", "Orders")


def test_what_stands_before_the_end_that_the_cdk_gives_is_a_name() -> None:
    """The dead-letter queue of a pattern begins with its queue's id."""
    queue, dead = (
        replace(QUEUE, logical_id=each)
        for each in ("OrdersMessages1AE3BE1B", "OrdersMessagesDeadLetterQueue9C71C11D")
    )
    assert find([dead, queue], "AWS::SQS::Queue", "OrdersMessages") is queue
    assert find([dead, queue], "AWS::SQS::Queue", "OrdersMessagesDead") is dead


def test_the_same_logical_id_in_two_stacks_is_told_apart_by_name() -> None:
    other = replace(QUEUE, stack="shop-2", physical_id="http://h/000/shop-2-orders")
    with pytest.raises(WellmadeError, match=r"give one of: shop-orders, shop-2-orders$"):
        find([QUEUE, other], "AWS::SQS::Queue", "OrdersQueue1A2B")


@pytest.mark.parametrize(
    ("target", "files", "said"),
    [
        ("ftp://x", [], "TARGET must be s3://BUCKET/PREFIX/ or sqs:QUEUE, got ftp://x"),
        ("s3://Inbox/in/", [], "s3://Inbox/in/ needs at least one FILE to upload"),
        ("s3://Inbox/in/", [Path("nothing.csv")], "FILE must be a readable file, got nothing.csv"),
        ("sqs:Nobody", [], "there is no queue Nobody; deployed are: OrdersQueue1A2B"),
    ],
)
def test_a_wrong_target_is_refused_before_anything_is_sent(target: str, files: list[Path], said: str) -> None:
    with pytest.raises(WellmadeError) as refused:
        sending(CLOUD, [BUCKET, QUEUE], target, files)
    assert str(refused.value) == said


def test_without_a_running_cloud_it_says_how_to_start_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["local", "drive", "sqs:orders"]) == 2
    assert "no embedded AWS runs in this folder; start one with: wellmade local up" in capsys.readouterr().err


@pytest.mark.parametrize(
    "properties",
    [
        {"RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3}},
        {"DeadLetterConfig": {"TargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}}},
        {"Targets": [{"DeadLetterConfig": {"Arn": {"Fn::GetAtt": ["Dead", "Arn"]}}}]},
        {"DestinationConfig": {"OnFailure": {"Destination": {"Ref": "Dead"}}}},
    ],
)
def test_where_failures_go_is_found_in_any_service(properties: dict[str, object]) -> None:
    template = {"Resources": {"X": {"Properties": properties | {"Other": {"Ref": "Alive"}}}}}
    assert set(_names_under(template, _SET_ASIDE)) == {"Dead"}


def queue(
    waiting: int = 0, in_flight: int = 0, *, dead_letter: bool = False, polled: bool = True
) -> QueueState:
    return QueueState("Queue", waiting, in_flight, dead_letter, polled)


def test_who_is_busy() -> None:
    assert queue(waiting=1).busy
    assert queue(in_flight=1, polled=False).busy
    assert not queue(waiting=1, polled=False).busy
    assert not queue(waiting=1, in_flight=1, dead_letter=True).busy


class World:
    """States that follow one another as time passes, the last for ever."""

    def __init__(self, *states: State) -> None:
        self.now = 0.0
        self.states: Iterator[State] = iter(states)
        self.state = next(self.states)

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.state = next(self.states, self.state)

    def wait(self, seconds: float) -> tuple[State, bool]:
        return wait_until_quiet(
            lambda: self.state,
            seconds=seconds,
            report=lambda _state: None,
            clock=lambda: self.now,
            sleep=self.sleep,
        )


def state(*queues: QueueState, invocations: int = 0) -> State:
    return State(list(queues), [FunctionState("Worker", invocations, 0)])


def test_it_waits_until_nothing_has_changed_for_a_while() -> None:
    last = state(queue(), invocations=5)
    world = World(state(queue(waiting=1)), *(state(queue(), invocations=n) for n in range(5)), last)
    assert world.wait(60) == (last, True)
    assert world.now == 6 * 0.25 + 3  # the sixth look is the last that saw something new


def test_it_gives_up_when_the_time_is_over() -> None:
    busy = state(queue(in_flight=1))
    assert World(busy).wait(10) == (busy, False)


def drive(*, quiet: bool, set_aside: int) -> Drive:
    return Drive(1, 1.0, quiet, [], {"Dead": set_aside}, [], [])


def test_only_rest_without_anything_set_aside_is_complete() -> None:
    assert drive(quiet=True, set_aside=0).complete
    assert not drive(quiet=False, set_aside=0).complete
    assert not drive(quiet=True, set_aside=1).complete
