"""Answers to workflows that wait with a task token."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

_NOT_WAITING = ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken")


class TaskNotWaitingError(Exception):
    """The workflow does not wait with this token any more: it was answered, or its time is over."""


@contextmanager
def task_token_errors() -> Iterator[None]:
    """Tell a token that no task waits with from other errors of a call.

    Raises:
        TaskNotWaitingError: If the call in this block says so.
    """
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"].rpartition("#")[2] in _NOT_WAITING:
            raise TaskNotWaitingError from error
        raise
