"""Answers to workflows that wait with a task token."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

_NOBODY_WAITS = ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken")


class NobodyWaitsError(Exception):
    """The workflow does not wait with this token any more: it was answered, or its time is over."""


@contextmanager
def somebody_waits() -> Iterator[None]:
    """Tell a token that nobody waits with from other errors of a call.

    Raises:
        NobodyWaitsError: If the call in this block says so.
    """
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"].rpartition("#")[2] in _NOBODY_WAITS:
            raise NobodyWaitsError from error
        raise
