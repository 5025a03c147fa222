"""Addresses of the loopback that belong to this cloud alone, for its programs and caches.

Linux answers at every address from 127.0.0.0 to 127.255.255.255. A cloud takes 253 of them by holding a port
at the last one, which no other process can then hold: not one of another folder, and not one of another user.
"""

import itertools
import random
import socket
from collections.abc import Iterator

_CLAIM_PORT = 47_113
_TRIES = 200

_claims: list[socket.socket] = []
"""Held open until this process ends."""


def _block() -> str:
    """Claim a block and return how its addresses begin.

    Raises:
        OSError: If this system answers at 127.0.0.1 only, as macOS does.
    """
    refused = OSError()
    for _ in range(_TRIES):
        block = f"127.{random.randint(16, 250)}.{random.randint(0, 255)}"  # noqa: S311 - no secret
        claim = socket.socket()
        try:
            claim.bind((f"{block}.254", _CLAIM_PORT))
        except OSError as error:
            claim.close()
            refused = error
            continue
        _claims.append(claim)
        return block
    raise OSError(refused.errno, f"no free block of loopback addresses: {refused.strerror}")


def _addresses() -> Iterator[str]:
    block = _block()
    yield from itertools.cycle(f"{block}.{number}" for number in range(1, 254))


_own = _addresses()


def next_address() -> str:
    """Return an address at which nothing else answers, unless 253 were given out already."""
    return next(_own)
