"""The server of the embedded AWS without what keeps others out: what `bench emulators` measures its price by.

Runs in MiniStack's environment in the place of `extension.serve`, with its options. Nothing but the bench
starts it: there is no such option.
"""

import os
import socket

from extension import serve  # type: ignore[import-not-found]

_settings = serve._settings  # noqa: SLF001 - the one place where the server's environment is known


def _open_settings(listener: socket.socket) -> dict[str, str]:
    """Return the settings without IAM, after taking away signatures and the look at hosts and origins."""
    settings: dict[str, str] = _settings(listener) | {"AUTH": "false"}
    os.environ.update(settings)
    from extension import gate, signatures  # noqa: PLC0415 - read the environment that was just set

    signatures.apply = lambda _secret: None
    gate.guarded = lambda app, _port: app
    return settings


if __name__ == "__main__":
    serve._settings = _open_settings  # noqa: SLF001 - as above
    serve.main()
