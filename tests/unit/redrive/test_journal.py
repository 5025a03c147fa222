"""A run that was killed is finished by the next one: nothing is sent twice."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from wellmade.errors import WellmadeError
from wellmade.redrive.journal import KEPT_SECONDS, Journal
from wellmade.redrive.rate_limiter import RateLimiter
from wellmade.redrive.replay import Replay

if TYPE_CHECKING:
    from .conftest import Clock, House, Spy


@pytest.fixture
def limiter(clock: "Clock") -> RateLimiter:
    return RateLimiter(1000, clock=clock, sleep=clock.sleep)


class KilledError(BaseException):
    """Stands for SIGKILL: what comes after it in the run does not count."""


def killed(house: "House", spy: "Spy", limiter: RateLimiter, folder: Path, call: str, *, done: bool) -> None:
    """Run until a call, which is done or not, and be killed then."""

    def die(**arguments: Any) -> Any:
        if done:
            getattr(house.sqs, call)(**arguments)
        raise KilledError

    spy.replaced[call] = die
    spy.replaced["receive_message"] = lambda **given: house.sqs.receive_message(
        **{**given, "VisibilityTimeout": 0}  # the time until they are back is over at once
    )
    with pytest.raises(KilledError):
        Replay(spy.client, house.route, limiter, wait=0, journal=Journal(folder)).run()
    spy.replaced.clear()


def test_what_was_sent_and_not_deleted_is_deleted_and_not_sent_again(
    house: "House", spy: "Spy", limiter: RateLimiter, tmp_path: Path
) -> None:
    house.fail(["1", "2", "3"])
    killed(house, spy, limiter, tmp_path, "delete_message_batch", done=False)
    outcome = Replay(spy.client, house.route, limiter, wait=0, journal=Journal(tmp_path)).run()
    assert (outcome.moved, outcome.finished, outcome.complete) == (0, 3, True)
    assert house.visible(house.source) == Counter(["1", "2", "3"])
    assert not house.visible(house.dead)


@pytest.mark.parametrize("done", [True, False], ids=["taken", "not taken"])
def test_what_may_have_been_sent_stays_until_a_person_decides(
    house: "House", spy: "Spy", limiter: RateLimiter, tmp_path: Path, *, done: bool
) -> None:
    ids = house.fail(["1", "2", "3"])
    killed(house, spy, limiter, tmp_path, "send_message_batch", done=done)
    house.fail(["4"])
    outcome = Replay(spy.client, house.route, limiter, wait=0, journal=Journal(tmp_path)).run()
    assert (outcome.moved, sorted(outcome.uncertain), outcome.complete) == (1, sorted(ids), False)
    again = Replay(spy.client, house.route, limiter, wait=0, journal=Journal(tmp_path), resend=True).run()
    assert (again.moved, again.complete) == (3, True)


def test_a_fifo_target_still_knows_what_it_took(
    fifo_house: "House", spy: "Spy", limiter: RateLimiter, tmp_path: Path
) -> None:
    fifo_house.fail(["1"], MessageGroupId="a", MessageDeduplicationId="the id of 1")
    killed(fifo_house, spy, limiter, tmp_path, "send_message_batch", done=True)
    outcome = Replay(spy.client, fifo_house.route, limiter, wait=0, journal=Journal(tmp_path)).run()
    assert (outcome.moved, outcome.complete) == (1, True)
    assert fifo_house.visible(fifo_house.source) == Counter(["1"])


def test_a_run_learns_of_another_that_is_killed_meanwhile(tmp_path: Path) -> None:
    ours, theirs = Journal(tmp_path), Journal(tmp_path)
    theirs.note("sending", ["m"])
    ours.refresh()
    assert ours.sending.keys() == {"m"}
    theirs.note("sent", ["m"])
    ours.refresh()
    assert (ours.sending, ours.sent) == ({}, {"m"})
    theirs.note("settled", ["m"])
    theirs.close()
    ours.refresh()
    ours.close()
    assert not list(tmp_path.iterdir()) or not Journal(tmp_path).sending


def test_a_line_that_was_being_written_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "1.log").write_text("sent 1.0 a b\nsent 2.0 c")
    assert Journal(tmp_path).sent == {"a", "b"}


def test_what_no_queue_keeps_any_more_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "1.log").write_text("sent 1.0 a\n")
    late = (tmp_path / "1.log").stat().st_mtime + KEPT_SECONDS + 1
    assert Journal(tmp_path, clock=lambda: late).sent == set()
    assert not (tmp_path / "1.log").exists()


def test_a_folder_that_cannot_be_written_to_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WellmadeError, match=r"must be a folder that can be written to, got .*XDG_STATE_HOME"):
        Journal(tmp_path / "file")


def test_without_an_answer_a_batch_is_uncertain(
    house: "House", spy: "Spy", limiter: RateLimiter, tmp_path: Path
) -> None:
    def send(**arguments: Any) -> Any:
        house.sqs.send_message_batch(**arguments)
        raise ReadTimeoutError(endpoint_url="https://sqs")

    spy.replaced["send_message_batch"] = send
    ids = house.fail(["1", "2"])
    outcome = Replay(spy.client, house.route, limiter, wait=0, journal=Journal(tmp_path)).run()
    assert (sorted(outcome.uncertain), outcome.left) == (sorted(ids), 0)
    del spy.replaced["send_message_batch"]
    assert Replay(spy.client, house.route, limiter, wait=0, journal=Journal(tmp_path)).run().moved == 0
    assert house.visible(house.source) == Counter(["1", "2"])


def test_a_throttled_call_is_made_again(house: "House", spy: "Spy", limiter: RateLimiter) -> None:
    tries: list[None] = []

    def send(**arguments: Any) -> Any:
        tries.append(None)
        if len(tries) < 4:
            raise ClientError({"Error": {"Code": "RequestThrottled", "Message": "slow"}}, "SendMessageBatch")
        return house.sqs.send_message_batch(**arguments)

    spy.replaced["send_message_batch"] = send
    house.fail(["1"])
    assert Replay(spy.client, house.route, limiter, wait=0).run().moved == 1


def test_in_flight_messages_are_counted_and_waited_for(
    house: "House", limiter: RateLimiter, clock: "Clock"
) -> None:
    house.fail(["1", "2"])
    (theirs,) = house.sqs.receive_message(QueueUrl=house.dead, MaxNumberOfMessages=1, VisibilityTimeout=900)[
        "Messages"
    ]
    outcome = Replay(house.sqs, house.route, limiter, wait=0).run()
    assert (outcome.moved, outcome.in_flight, outcome.complete) == (1, 1, False)

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        while receipts:
            house.sqs.change_message_visibility(
                QueueUrl=house.dead, ReceiptHandle=receipts.pop(), VisibilityTimeout=0
            )

    receipts = [theirs["ReceiptHandle"]]
    waits = RateLimiter(1000, clock=clock, sleep=sleep)
    waiting = Replay(house.sqs, house.route, waits, wait=0, wait_for_hidden=True).run()
    assert (waiting.moved, waiting.complete) == (1, True)
    assert house.visible(house.source) == Counter(["1", "2"])
