"""Gap: names of headers come in small letters; a REST API of AWS passes them on as clients write them."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any, TypeVar

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
Value = TypeVar("Value")

_NONE: Mapping[str, str] = {}
_written: ContextVar[Mapping[str, str]] = ContextVar("_written", default=_NONE)
"""Names of the headers of the request at hand as its client wrote them, by those in small letters."""
_OF_AWS = {
    name.lower(): name
    for name in ("Host", "X-Amzn-Trace-Id", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto")
}
"""What API Gateway writes itself, whatever the client wrote."""


def remembered(app: App) -> App:
    """Return the app with the names of headers in small letters, and how they came within reach of `written`.

    Args:
        app: Serves every call; its server passes names on as they came.
    """

    async def serve(scope: Message, receive: Receive, send: Send) -> None:
        if "headers" not in scope:
            await app(scope, receive, send)
            return
        names = [name.decode("latin-1") for name, _ in scope["headers"]]
        token = _written.set({name.lower(): name for name in names})
        small = [(name.lower(), value) for name, value in scope["headers"]]
        try:
            await app({**scope, "headers": small}, receive, send)
        finally:
            _written.reset(token)

    return serve


def written(headers: Mapping[str, Value]) -> dict[str, Value]:
    """Return the headers of the request at hand, as an event of a REST API names them."""
    names = {**_written.get(), **_OF_AWS}
    return {names.get(name.lower(), name): value for name, value in headers.items()}
