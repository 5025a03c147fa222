import json
import os
import signal
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from wellmade.cli import main
from wellmade.redrive import command, running
from wellmade.redrive.aws import connect
from wellmade.redrive.running import asked_to_stop

if TYPE_CHECKING:
    from .conftest import House


def document(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_dry_run_tells_and_moves_nothing(house: "House", capsys: pytest.CaptureFixture[str]) -> None:
    house.fail(["order 1", "order 2"])
    assert main(["redrive", "orders-dlq", "--format", "json"]) == 0
    found = document(capsys)
    assert (found["messages"], found["looked_at"], found["target"]) == (2, 2, house.source)
    assert sorted(sample["about"] for sample in found["samples"]) == ["order 1", "order 2"]
    assert house.visible(house.dead) == Counter(["order 1", "order 2"])


def test_people_read_what_execute_would_do(house: "House", capsys: pytest.CaptureFixture[str]) -> None:
    house.fail(["order [bold]1[/bold]"])
    assert main(["redrive", "orders", "--rate", "2"]) == 0
    said = capsys.readouterr().out
    assert "order [bold]1[/bold]" in said
    assert "--execute would send 1 message to orders at 2 a second" in said


def test_execute_moves(house: "House", capsys: pytest.CaptureFixture[str]) -> None:
    house.fail([f"order {n}" for n in range(12)])
    arguments = ["redrive", "orders-dlq", "--execute", "--rate", "1000"]
    assert main([*arguments, "--limit", "5"]) == 0
    assert capsys.readouterr().out == "Moved 5 to orders; about 7 remain in orders-dlq\n"
    assert main([*arguments, "--format", "json"]) == 0
    found = document(capsys)
    assert (found["moved"], found["remaining"], found["failed"]) == (7, 0, {})
    assert house.visible(house.source).total() == 12


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["orders"], "at most 3"),
        (["orders", "--limit", "2"], "at most 2"),
        (["orders-dlq", "--to", "orders"], "about 3"),
        (["orders-dlq", "--to", "orders", "--match", "order"], "at most 3"),
        (["orders", "--only", "unknown"], "at most 0"),
    ],
)
def test_progress_promises_no_more_than_goes(
    more: list[str], said: str, house: "House", monkeypatch: pytest.MonkeyPatch
) -> None:
    totals: list[str] = []

    def noted(total: str) -> Any:
        totals.append(total)
        return running.progress(total)

    monkeypatch.setattr(command, "progress", noted)
    house.fail(["order 1", "order 2"])
    house.put(["by hand"])
    main(["redrive", *more, "--execute", "--rate", "1000"])
    assert totals == [said]


def test_an_empty_queue_is_done(house: "House", capsys: pytest.CaptureFixture[str]) -> None:
    del house
    assert main(["redrive", "orders-dlq"]) == 0
    assert capsys.readouterr().out == "orders-dlq is empty: nothing to send back.\n"


def test_a_wrong_queue_is_one_line(house: "House", capsys: pytest.CaptureFixture[str]) -> None:
    del house
    assert main(["redrive", "ordres"]) == 2
    assert capsys.readouterr().err == "wellmade: there is no queue ordres in region eu-west-1\n"


def test_without_credentials_it_says_how_to_get_some(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert main(["redrive", "orders"]) == 2
    assert capsys.readouterr().err == (
        "wellmade: no AWS credentials; configure them with `aws configure` or AWS_PROFILE\n"
    )


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--batch", "11"),
        ("--batch", "0"),
        ("--rate", "0"),
        ("--rate", "nan"),
        ("--rate", "1e-300"),
        ("--limit", "x"),
        ("--to", ""),
        ("--to", "http://[::1"),
        ("--only", " "),
        ("--match", ""),
        ("--endpoint-url", "localhost:4566"),
        ("--endpoint-url", "http://localhost:99999999"),
        ("--endpoint-url", "http://localhost:port"),
        ("--endpoint-url", ""),
    ],
)
def test_wrong_numbers_are_refused(option: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["redrive", "orders", option, value])
    assert caught.value.code == 2
    assert f"argument {option}: must be" in capsys.readouterr().err


def test_the_first_ctrl_c_asks_and_the_second_ends() -> None:
    before = signal.getsignal(signal.SIGINT)
    with asked_to_stop() as stop:
        assert not stop()
        os.kill(os.getpid(), signal.SIGINT)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_region_and_endpoint_follow_from_the_queue() -> None:
    arn = connect("arn:aws:sqs:ap-south-1:111122223333:orders", None)
    url = connect("https://sqs.us-west-2.amazonaws.com/111122223333/orders", None)
    here = connect("http://localhost:4566/000000000000/orders", None)
    assert [c.session.region_name for c in (arn, url)] == ["ap-south-1", "us-west-2"]
    assert (arn.endpoint, url.endpoint, here.endpoint) == (None, None, "http://localhost:4566")


def test_real_credentials_are_not_sent_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDREAL")
    credentials = connect("orders", "http://127.0.0.1:4566").session.get_credentials()
    assert credentials is not None
    assert credentials.access_key == "test"


@pytest.mark.parametrize(
    "queue",
    [
        "",
        "two words",
        "a\nb",
        "d" * 81,
        "arn:aws:sqs:a b",
        "http://[::1",
        "http://localhost:99999999/1/a",
        "ftp://host/1/a",
        "https://",
    ],
)
def test_a_queue_that_cannot_be_called_is_refused(queue: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["redrive", queue])
    assert caught.value.code == 2
    assert "argument QUEUE: must" in capsys.readouterr().err


def test_nothing_moved_is_not_done(house: "House", capsys: pytest.CaptureFixture[str]) -> None:
    house.fail(["order 1"])
    assert main(["redrive", "orders-dlq", "--execute", "--match", "invoice"]) == 1
    said = capsys.readouterr().out
    assert "Moved 0 to orders; about 1 remain in orders-dlq" in said
    assert "nothing was moved, so this ends with 1" in said
    assert "1 stays: not asked for" in said


def test_an_empty_queue_is_done_by_a_run(house: "House", capsys: pytest.CaptureFixture[str]) -> None:
    del house
    assert main(["redrive", "orders-dlq", "--execute"]) == 0
    assert "nothing was moved" not in capsys.readouterr().out


def test_one_is_not_called_many(house: "House", capsys: pytest.CaptureFixture[str]) -> None:
    house.put([json.dumps({"requestContext": {"functionArn": "a"}, "requestPayload": {}})])
    assert main(["redrive", "orders"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "1 envelope of a function's on-failure destination, such as" in said
    assert "; stays, or goes with: redrive orders-dlq --to TARGET --kind lambda-destination" in said


def test_of_a_source_it_says_to_name_the_dead_letter_queue(
    house: "House", capsys: pytest.CaptureFixture[str]
) -> None:
    house.put(["by hand"])
    look = ["--to", "orders", "--kind", "no-source", "--format", "json"]
    assert main(["redrive", "orders", *look[:-2]]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "stays, or goes with: redrive orders-dlq --to TARGET --kind no-source" in said
    assert main(["redrive", "orders-dlq", *look]) == 0
    assert document(capsys)["would_move"] == 1


def test_a_look_before_native_says_what_sqs_would_do(
    house: "House", capsys: pytest.CaptureFixture[str]
) -> None:
    house.fail(["order 1"])
    (foreign,) = house.put(["somebody's"])
    assert main(["redrive", "orders-dlq", "--native"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "--native --execute would let SQS move all 2 messages" in said
    assert f"it fails at 1 message that no queue gave up, such as {foreign}. Nothing was moved." in said
