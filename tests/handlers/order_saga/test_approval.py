import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from tests.handlers.support import Context, answer, client, error, hooked, items, recorded
from wellmade_runtime.messages import InvalidMessageError

QUESTION = {"token": "secret", "question": "Ship it?", "about": {"order_id": "o-1"}}
Said = list[tuple[str, dict[str, Any]]]


def test_a_question_is_noted_and_told_without_its_token(asking: ModuleType) -> None:
    with recorded(asking) as calls:
        asking.handler(QUESTION, Context())
    [item] = items("questions")
    assert (item["token"]["S"], json.loads(item["about"]["S"])) == ("secret", {"order_id": "o-1"})
    assert int(item["expiration"]["N"]) > 0
    told = next(parameters["Message"] for name, parameters in calls if name == "Publish")
    assert json.loads(told) == {"id": item["pk"]["S"], "question": "Ship it?", "about": {"order_id": "o-1"}}
    assert "secret" not in told


def test_asking_again_with_the_same_token_is_the_same_question(asking: ModuleType) -> None:
    asking.handler(QUESTION, Context())
    asking.handler(QUESTION, Context())
    assert len(items("questions")) == 1


@pytest.mark.parametrize("lacking", ["token", "question"])
def test_a_question_without_token_or_words_is_refused(asking: ModuleType, lacking: str) -> None:
    with pytest.raises(InvalidMessageError, match=lacking):
        asking.handler({**QUESTION, lacking: None}, Context())


@pytest.fixture
def workflow(answering: ModuleType) -> Iterator[Said]:
    """An open question `q`, and what the workflow behind it was told."""
    item = {"pk": {"S": "q"}, "token": {"S": "secret"}}
    client("dynamodb").put_item(TableName="questions", Item=item)
    said: Said = []

    def told(*, params: dict[str, Any], model: Any, **_: Any) -> Any:
        said.append((model.name, json.loads(params["body"])))
        return answer({})

    with hooked(answering, "before-call.sfn", told):
        yield said


def say(answering: ModuleType, kind: str, question: str = "q") -> dict[str, str]:
    said: dict[str, str] = answering.handler({"id": question, "answer": kind, "by": "boss"}, Context())
    return said


NONE = {"outcome": "refused", "why": "there is no such open question"}


def test_approves(answering: ModuleType, workflow: Said) -> None:
    assert say(answering, "approve") == {"outcome": "taken"}
    assert workflow == [("SendTaskSuccess", {"taskToken": "secret", "output": "{}"})]


def test_refuses_with_who_did(answering: ModuleType, workflow: Said) -> None:
    assert say(answering, "refuse") == {"outcome": "taken"}
    [(operation, told)] = workflow
    assert operation == "SendTaskFailure"
    assert (told["error"], told["cause"]) == ("RefusedByPerson", "refused by boss")


def test_seen_keeps_the_workflow_waiting(answering: ModuleType, workflow: Said) -> None:
    assert say(answering, "seen") == {"outcome": "taken"}
    assert workflow == [("SendTaskHeartbeat", {"taskToken": "secret"})]
    assert say(answering, "approve") == {"outcome": "taken"}
    assert say(answering, "seen") == NONE


def test_the_first_answer_counts(answering: ModuleType, workflow: Said) -> None:
    say(answering, "approve")
    assert say(answering, "refuse") == NONE
    assert [operation for operation, _ in workflow] == ["SendTaskSuccess"]


def test_the_same_answer_is_passed_on_again_should_that_have_failed(
    answering: ModuleType, workflow: Said
) -> None:
    with (
        hooked(answering, "before-call.sfn.SendTaskSuccess", error("ThrottlingException")),
        pytest.raises(Exception, match="Throttling"),
    ):
        say(answering, "approve")
    assert say(answering, "approve") == {"outcome": "taken"}
    assert [operation for operation, _ in workflow] == ["SendTaskSuccess"]


@pytest.mark.usefixtures("workflow")
def test_an_answer_to_nothing_or_too_late_is_said(answering: ModuleType) -> None:
    assert say(answering, "approve", "unheard of") == NONE
    assert say(answering, "seen", "unheard of") == NONE
    with hooked(answering, "before-call.sfn.SendTaskSuccess", error("TaskTimedOut")):
        assert say(answering, "approve")["outcome"] == "noted"


def test_an_answer_that_took_effect_is_not_called_refused(answering: ModuleType, workflow: Said) -> None:
    attempts = iter([True, False])

    def lose_the_first(**_: Any) -> None:
        if next(attempts):
            raise ConnectionClosedError(endpoint_url="https://states.us-east-1.amazonaws.com")

    with (
        hooked(answering, "after-call.sfn.SendTaskSuccess", lose_the_first),
        pytest.raises(ConnectionClosedError),
    ):
        say(answering, "approve")
    with hooked(answering, "before-call.sfn.SendTaskSuccess", error("TaskTimedOut")):
        said = say(answering, "approve")
    assert said == {"outcome": "noted", "why": "the workflow has the answer already, or its time is over"}
    assert [operation for operation, _ in workflow] == ["SendTaskSuccess"]


def test_what_is_no_answer_is_said(answering: ModuleType) -> None:
    assert (
        say(answering, "maybe")["why"] == "answer must be approve or refuse or seen, got text of 5 characters"
    )
