"""Gap: what demands TLS refuses the emulator's plain HTTP, although it never leaves the machine."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import contextvars
import functools
import ipaddress
from typing import Any

from ministack import app
from ministack.core import iam_evaluator
from ministack.services import cloudfront


def apply() -> None:
    """Count what comes over the loopback, or from a service of the emulator itself, as sent over TLS."""
    secure = ("127.0.0.1", True)
    iam_evaluator._request_origin = contextvars.ContextVar("wellmade_request_origin", default=secure)
    pin = app.pin_request_origin
    is_loopback = functools.lru_cache(maxsize=256)(lambda address: ipaddress.ip_address(address).is_loopback)

    def pin_loopback_as_secure(source_ip: str, secure_transport: bool) -> None:  # noqa: FBT001 - its signature
        pin(source_ip, secure_transport or is_loopback(source_ip))

    app.pin_request_origin = pin_loopback_as_secure
    demand = cloudfront._check_viewer_protocol_policy

    def demand_of_nobody(behavior: Any, method: str, _is_https: bool, *more: Any) -> Any:  # noqa: FBT001 - as above
        return demand(behavior, method, True, *more)  # noqa: FBT003 - as above

    cloudfront._check_viewer_protocol_policy = demand_of_nobody
