"""What the console's page asks for, without a browser."""

from collections.abc import Callable, Mapping

import pytest

from tests.local.console.conftest import Console
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


def by_id(rows: list[dict[str, object]]) -> dict[str, dict[str, object]]:
    """Rows of our stack by the beginning of their logical id."""
    return {str(row["id"]).rstrip("0123456789ABCDEF"): row for row in rows if row["stack"] == "everything"}


def test_everything_is_listed(console: Console, everything: Mapping[str, str]) -> None:
    [stack] = [each for each in console.ask("stacks")["stacks"] if each["name"] == "everything"]
    assert (stack["status"], stack["outputs"]["QueueUrl"]) == ("CREATE_COMPLETE", everything["QueueUrl"])
    assert by_id(console.ask("functions")["functions"])["Talker"]["invocations"] == 1
    queues = by_id(console.ask("queues")["queues"])
    assert (queues["Dead"]["deadLetter"], queues["Inbox"]["deadLetter"]) == (True, False)
    assert "Files" in by_id(console.ask("buckets")["buckets"])
    assert by_id(console.ask("tables")["tables"])["Orders"]["items"] == 1
    assert by_id(console.ask("machines")["machines"])["Machine"]["arn"] == everything["MachineArn"]
    assert by_id(console.ask("alarms")["alarms"])["Waiting"]["state"] != "ALARM"
    assert any("everything: " in each["what"] for each in console.ask("gaps")["gaps"])


def test_what_is_inside_is_shown(console: Console, everything: Mapping[str, str]) -> None:
    group = f"/aws/lambda/{everything['FunctionName']}"
    assert any("<b>said</b>" in line["message"] for line in console.ask("log", {"group": group})["lines"])
    objects = console.ask("objects", {"bucket": everything["BucketName"]})["objects"]
    assert [(each["key"], each["size"]) for each in objects] == [("in/first.csv", 3)]
    items = console.ask("items", {"table": everything["TableName"]})["items"]
    assert items == [{"pk": "first", "#no": "1", "lines": [{"price": "0.1"}]}]


def test_looking_at_messages_takes_none_away(
    cloud: LocalCloud, console: Console, everything: Mapping[str, str]
) -> None:
    sqs, url = cloud.client("sqs"), everything["QueueUrl"]
    console.tell("send", {"url": url, "body": "ask me"})

    for _ in range(3):  # once more than its receives would allow
        [seen] = console.ask("messages", {"url": url})["messages"]
        assert (seen["Body"], seen["ReceiveCount"], seen["HiddenSeconds"]) == ("ask me", 0, 0)

    [received] = sqs.receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount"])["Messages"]
    assert received["Attributes"]["ApproximateReceiveCount"] == "1"
    [hidden] = console.ask("messages", {"url": url})["messages"]
    assert hidden["HiddenSeconds"] > 0
    sqs.delete_message(QueueUrl=url, ReceiptHandle=received["ReceiptHandle"])


def test_dead_letters_are_sent_back(
    cloud: LocalCloud, console: Console, everything: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    sqs, url = cloud.client("sqs"), everything["QueueUrl"]
    console.tell("send", {"url": url, "body": "poison"})
    sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)

    def dead() -> bool:
        sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)
        return bool(console.ask("messages", {"url": everything["DeadUrl"]})["messages"])

    eventually(dead)

    assert console.tell("redrive", {"arn": everything["DeadArn"]}) == {"moved": 1}
    assert console.ask("messages", {"url": everything["DeadUrl"]})["messages"] == []
    [back] = sqs.receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount"])["Messages"]
    assert (back["Body"], back["Attributes"]["ApproximateReceiveCount"]) == ("poison", "1")
    sqs.delete_message(QueueUrl=url, ReceiptHandle=back["ReceiptHandle"])


def test_an_execution_is_drawn(console: Console, run_machine: Callable[[str], str]) -> None:
    good = console.ask("execution", {"arn": run_machine("{}")})
    bad = console.ask("execution", {"arn": run_machine('{"fail": true}')})

    came = {node["name"]: node["state"] for node in good["drawing"]["nodes"]}
    assert came == {
        "Which": "done",
        "Both": "done",
        "Left": "done",
        "Right": "done",
        "Good": "done",
        "Refuse": "",
    }
    assert (bad["status"], bad["error"]) == ("FAILED", "Refused")
    assert {n["name"]: n["state"] for n in bad["drawing"]["nodes"]}["Refuse"] == "failed"


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": ""},
        {"Authorization": "Bearer guessed"},
        {"Host": "rebound.example"},
        {"Origin": "http://rebound.example"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_nobody_else_gets_an_answer(console: Console, headers: Mapping[str, str]) -> None:
    status, answer = console.raw("/api/stacks", headers)

    assert status in (401, 403)
    assert set(answer) == {"error"}


def test_a_page_of_somebody_else_sends_nothing(console: Console, everything: Mapping[str, str]) -> None:
    """A form can send text and its own cookies, but neither this type nor the token."""
    body = b'{"url": "' + everything["QueueUrl"].encode() + b'", "body": "planted"}'

    assert console.raw("/api/send", {"Content-Type": "text/plain"}, body)[0] == 415
    assert console.raw("/api/send", {"Content-Type": "application/json", "Authorization": ""}, body)[0] == 401
    assert console.ask("messages", {"url": everything["QueueUrl"]})["messages"] == []


def test_what_does_not_exist_is_a_sentence(console: Console) -> None:
    assert console.raw("/api/nothing", {}) == (404, {"error": "there is nothing of that name"})
    assert console.raw("/api/log", {}) == (400, {"error": "group is missing"})
    status, answer = console.raw("/api/messages?url=http://localhost/000000000000/gone", {})
    assert status == 400
    assert "queue" in answer["error"]


def test_the_page_asks_nobody_else(console: Console) -> None:
    for path in ("/", "/console.css", "/console.js", "/page.js", "/views.js", "/drawing.js", "/icon.svg"):
        status, text = console.raw(path, {"Authorization": ""})
        assert status == 200
        assert text.replace("http://www.w3.org/2000/svg", "").count("http") == 0
