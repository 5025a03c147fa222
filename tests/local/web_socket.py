"""The client's side of a WebSocket, as far as tests need it."""

import os
import socket
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

_TEXT, _CLOSE = 0x81, 0x88


class WebSocket:
    """A connection; texts of up to 125 bytes.

    Source: https://datatracker.ietf.org/doc/html/rfc6455
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 80), timeout=20)
        head = (
            f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\nX-Said: hello\r\n\r\n"
        )
        self._socket.sendall(head.encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += self._socket.recv(1)
        self.status = int(answer.split()[1])

    def send(self, text: str) -> None:
        """Send a text."""
        self._send(_TEXT, text.encode())

    def receive(self, seconds: float = 20) -> str | None:
        """Return the next text, or None if none comes in time."""
        self._socket.settimeout(seconds)
        try:
            kind, length = self._socket.recv(1)[0], self._socket.recv(1)[0]
        except TimeoutError:
            return None
        assert kind == _TEXT
        if length == 126:
            length = int.from_bytes(self._exactly(2))
        return self._exactly(length).decode()

    def _exactly(self, length: int) -> bytes:
        received = b""
        while len(received) < length:
            received += self._socket.recv(length - len(received))
        return received

    def _send(self, kind: int, payload: bytes) -> None:
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
        self._socket.sendall(bytes([kind, 0x80 | len(payload)]) + mask + masked)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._send(_CLOSE, b"")
        self._socket.close()
