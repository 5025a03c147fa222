"""Gap: an API or a function that answers with an address of its own names AWS, or a port that speaks no TLS.

It takes its own name from the request, as on AWS, and puts `https://` before it. Such addresses lead here in
what is answered, in bodies and in headers; those of others stay as they are.
"""

import os
import re
from collections.abc import Callable
from typing import Any

from ministack.services import apigateway, apigateway_v1, lambda_svc

_OWN = re.compile(
    rb"(http|ws)s?://([a-z0-9-]+)\.(execute-api|lambda-url)\."
    rb"(?:localhost(?::\d+)?|[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|on\.aws))(?![a-z0-9.-])"
)


def apply() -> None:
    """Lead the addresses in answers of APIs and functions here."""
    apigateway.handle_execute = _led(apigateway.handle_execute)
    apigateway_v1.handle_execute = _led(apigateway_v1.handle_execute)
    lambda_svc.handle_function_url_request = _led(lambda_svc.handle_function_url_request)


def _led(answer: Callable[..., Any]) -> Callable[..., Any]:
    async def answer_led(*given: Any, **options: Any) -> Any:
        status, headers, body = await answer(*given, **options)
        led = here(body.encode() if isinstance(body, str) else body) if body else body
        return status, _headers(headers, led), led

    return answer_led


def _headers(headers: dict[str, Any], body: Any) -> dict[str, Any]:
    """Return headers whose addresses lead here, and whose length is the body's."""
    made = {
        name: here(value.encode("latin-1", "replace")).decode("latin-1") if isinstance(value, str) else value
        for name, value in headers.items()
    }
    length = {name: str(len(body or b"")) for name in made if name.lower() == "content-length"}
    return made | length


def here(text: bytes) -> bytes:
    """Return a text in which addresses of this cloud's APIs and functions lead to it."""
    return _OWN.sub(_place, text)


def _place(found: re.Match[bytes]) -> bytes:
    scheme, name, kind = (each.decode() for each in found.groups())
    if not (_is_api(name) if kind == "execute-api" else lambda_svc.resolve_function_url(name)):
        return found[0]
    return f"{scheme}://127.0.0.1:{os.environ['GATEWAY_PORT']}/_aws/{kind}/{name}".encode()


def _is_api(name: str) -> bool:
    return any(kind.find_api_scope(name) is not None for kind in (apigateway, apigateway_v1))
