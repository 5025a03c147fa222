"""A new version is asked before it gets traffic, and CodeDeploy hears of it whatever comes."""

import io
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from release_check.domain import Answer, Check, fault_of
from tests.handlers.conftest import RELEASE
from tests.handlers.support import Context, answer, error, hooked

GOOD = {"statusCode": 200, "headers": {"a": "b", "c": "d"}, "body": "{}"}
EVENT = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "h-1"}


@pytest.fixture
def release(release_hook: ModuleType) -> Callable[..., list[dict[str, Any]]]:
    """Run the hook while the version answers something; return what CodeDeploy is told."""

    def run(version: Callable[..., Any]) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = []

        def note(*, params: dict[str, Any], **_: Any) -> Any:
            told.append(json.loads(params["body"]))
            return answer({})

        with (
            hooked(release_hook, "before-call.codedeploy.PutLifecycleEventHookExecutionStatus", note),
            hooked(release_hook, "before-call.lambda.Invoke", version),
        ):
            release_hook.handler(EVENT, Context())
        return told

    return run


def answering(value: object, **more: str) -> Callable[..., Any]:
    return answering_bytes(json.dumps(value).encode(), **more)


def answering_bytes(body: bytes, **more: str) -> Callable[..., Any]:
    return lambda **_: answer({"Payload": io.BytesIO(body), **more})


def late(**_: Any) -> Any:
    raise ReadTimeoutError(endpoint_url="https://lambda.us-east-1.amazonaws.com")


def test_a_version_that_answers_as_expected_gets_traffic(release: Callable[..., Any]) -> None:
    [told] = release(answering(GOOD))
    assert told == {
        "deploymentId": "d-1",
        "lifecycleEventHookExecutionId": "h-1",
        "status": "Succeeded",
    }


@pytest.mark.parametrize(
    "version",
    [
        answering({**GOOD, "statusCode": 500}),
        answering({**GOOD, "headers": {}}),
        answering(None),
        answering(GOOD, FunctionError="Unhandled"),
        error("TooManyRequestsException", 429),
        error("AccessDeniedException", 403),
        late,
        answering_bytes(b"<html>"),
        answering_bytes(b"\xff"),
        answering_bytes(b"[" * 200_000),
    ],
    ids=[
        "another status",
        "nothing in it",
        "nothing",
        "raised",
        "throttled",
        "denied",
        "late",
        *("no JSON",) * 3,
    ],
)
def test_whatever_else_comes_ends_the_release(version: Any, release: Callable[..., Any]) -> None:
    assert [each["status"] for each in release(version)] == ["Failed"]


def test_the_version_is_asked_by_its_number_with_the_event(
    release_hook: ModuleType, release: Callable[..., Any]
) -> None:
    asked: list[tuple[str, Any]] = []

    def note(*, params: dict[str, Any], **_: Any) -> Any:
        asked.append((params["url_path"], json.loads(params["body"])))
        return answering(GOOD)()

    release(note)
    [(path, event)] = asked
    assert path.endswith("%3A7/invocations")
    assert event == json.loads(RELEASE["RELEASE_CHECK"])["event"]
    config = release_hook.version.lambda_.meta.config
    assert config.read_timeout == 30


@pytest.mark.parametrize(
    ("wanted", "found", "fault"),
    [
        ({}, {"a": [1, 2]}, None),
        ({}, [1, 2], None),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 2], "c": 3}}, None),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1]}}, "answer.a.b is not as expected"),
        ({"a": 1}, {"a": True}, "answer.a is not as expected"),
        ({"a": 1}, None, "answer is not as expected"),
    ],
)
def test_an_answer_may_hold_more_than_is_expected(wanted: Any, found: Any, fault: str | None) -> None:
    assert fault_of(Check({}, wanted), Answer(found, is_failure=False)) == fault
