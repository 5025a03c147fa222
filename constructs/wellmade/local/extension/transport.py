"""Gap: policies that demand TLS refuse the emulator's plain HTTP, although it never leaves the machine."""

import ipaddress

from ministack import app


def apply() -> None:
    """Count a request from the loopback as one over TLS when policies are evaluated."""
    pin = app.pin_request_origin

    def pin_loopback_as_secure(source_ip: str, secure_transport: bool) -> None:  # noqa: FBT001 - its signature
        pin(source_ip, secure_transport or ipaddress.ip_address(source_ip).is_loopback)

    app.pin_request_origin = pin_loopback_as_secure
