"""How long a client may take to send a request and to read its answer, and how many may be connected.

Uvicorn waits for both as long as the client likes: some hundred connections that are half-sent, or whose
answers nobody reads, hold sockets and memory, and each stretches the end of the process.
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

RECEIVE_SECONDS = 10.0
"""Most time from the first byte of a request, or from the connection, to its last byte."""
SEND_SECONDS = 10.0
"""Most time that an answer waits until the client has taken enough of it."""
MOST_CONNECTIONS = 1000
"""A load balancer keeps some hundred; each more is closed at once."""
_TIMEOUT = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class BoundedProtocol(H11Protocol):
    """HTTP as uvicorn speaks it, with a time for each request to come and for its answer to be taken."""

    _receiving: asyncio.TimerHandle | None = None
    _sending: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
            return
        # Each answer that waits is told of, and not only those of a client that has many of them wait.
        transport.set_write_buffer_limits(high=0)
        self._start()

    def pause_writing(self) -> None:
        """Give up a client that does not read; to close alone would wait for it, too."""
        super().pause_writing()
        self._sending = self.loop.call_later(SEND_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on, since the client has read."""
        self._stop_sending()
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        """Take some bytes, and stop the clock when the request is whole."""
        if self._receiving is None and self._is_whole():
            self._start()
        super().data_received(data)
        if self._is_whole():
            self._stop()

    def on_response_complete(self) -> None:
        """Go on to the next request, which may be under way already."""
        super().on_response_complete()
        if self.conn.trailing_data[0] and not self._is_whole():
            self._start()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks with the connection."""
        self._stop()
        self._stop_sending()
        super().connection_lost(exc)

    def _is_whole(self) -> bool:
        """Tell whether no request is half received."""
        if self.conn.their_state is h11.IDLE:
            return not self.conn.trailing_data[0]
        return self.conn.their_state is not h11.SEND_BODY

    def _start(self) -> None:
        self._stop()
        self._receiving = self.loop.call_later(RECEIVE_SECONDS, self._give_up)

    def _stop(self) -> None:
        if self._receiving is not None:
            self._receiving.cancel()
            self._receiving = None

    def _stop_sending(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None

    def _give_up(self) -> None:
        """Close what is half-sent, with an answer where none has begun."""
        self._receiving = None
        cycle: Any = self.cycle
        if cycle is None or cycle.response_complete or not cycle.response_started:
            self.transport.write(_TIMEOUT)
        self.transport.close()
