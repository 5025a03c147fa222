"""Messages with a mark in each field, how handlers get them, and all that a log would say of them."""

import json
import logging
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from tests.handlers.support import Context, deliver, error, hooked, message

MARK = "4111111111111111"


def variants(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield a message cut off, with the mark in each field, as text, as a number and as what it is not."""
    text = json.dumps({**body, "card": MARK})
    yield text[:-1]
    yield MARK
    yield f"[{MARK}"
    yield from objects(body)


def objects(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield the message with the mark in each field."""
    for field in body:
        for value in (MARK, int(MARK), [MARK], {MARK: MARK}, MARK * 30, float(MARK), f"{MARK}\0"):
            yield json.dumps({**body, field: value})


def invoke(handler: ModuleType, event: object) -> Any:
    """Invoke a handler; what it raises is written as Lambda writes it into the log."""
    try:
        return handler.handler(event, Context())
    except Exception:  # noqa: BLE001 - Lambda logs whatever it is
        sys.stderr.write(traceback.format_exc())


class Log(logging.Handler):
    """All that is logged, with the fields beside the message and what was raised."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        raised = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        self.said.append(f"{record.getMessage()} {vars(record)} {raised}")


@contextmanager
def listening(*loggers: logging.Logger) -> Iterator[list[str]]:
    """Collect what some loggers say, and those below them."""
    log = Log()
    for each in loggers:
        each.addHandler(log)
    try:
        yield log.said
    finally:
        for each in loggers:
            each.removeHandler(log)


Body = Mapping[str, Any]
Send = Callable[[ModuleType], None]
NOTIFICATION = {"Records": [{"eventName": "ObjectCreated:Put", "s3": {}}]}
THROTTLED = error("ThrottlingException")


@dataclass(frozen=True)
class Case:
    """How a handler is imported, and what it is sent."""

    handler: Callable[[pytest.FixtureRequest], ModuleType]
    send: Send


def on(fixture: str, *sends: Send) -> Case:
    """Return the case of a handler that a fixture imports."""

    return Case(lambda request: request.getfixturevalue(fixture), all_of(*sends))


def all_of(*sends: Send) -> Send:
    def send(handler: ModuleType) -> None:
        for each in sends:
            each(handler)

    return send


def of_files(package: str, *sends: Send) -> Case:
    """Return the case of a handler of arriving files."""
    return Case(
        lambda request: request.getfixturevalue("pipeline")(package), all_of(queued(NOTIFICATION), *sends)
    )


def queued(body: Body) -> Send:
    def send(handler: ModuleType) -> None:
        for each in variants(body):
            deliver(handler, message(each, group="one"))
        with hooked(handler, "before-call", THROTTLED):
            deliver(handler, message(body, group="one"))

    return send


def workflow(asked: Body) -> Send:
    def send(handler: ModuleType) -> None:
        for body in objects(asked):
            invoke(handler, json.loads(body))
        with hooked(handler, "before-call", THROTTLED):
            invoke(handler, asked)

    return send


def posted(body: Body, wrapped: Callable[[str], str] = str) -> Send:
    def send(handler: ModuleType) -> None:
        for each in variants(body):
            invoke(handler, {"body": wrapped(each)})
        with hooked(handler, "before-call", THROTTLED):
            invoke(handler, {"body": wrapped(json.dumps(body))})

    return send
