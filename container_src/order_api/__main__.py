"""Start, serve, and stop without dropping a request."""

import logging
import os
import sys
import threading
from types import FrameType

import uvicorn
from pythonjsonlogger.json import JsonFormatter

from order_api.app import Api
from order_api.orders import Orders
from order_api.outbox_relay import OutboxRelay
from order_api.receiving import BoundedProtocol
from order_api.sessions import Sessions
from order_api.settings import Settings


class DrainingServer(uvicorn.Server):
    """On the first SIGTERM it says that it is not ready, serves on for a while, then ends by itself.

    The load balancer needs that while: requests that it sent before it knew are still on their way. Whatever
    still hangs then, the process ends by itself before it is killed: what was answered is in the database,
    and what is unsent there is sent by the others.

    Args:
        config: Of the server.
        api: Told to drain.
        drain: Seconds from the signal until connections are closed.
        deadline: Seconds from the signal until the process ends, whatever it does.
    """

    def __init__(self, config: uvicorn.Config, api: Api, drain: float, deadline: float) -> None:
        super().__init__(config)
        self._api = api
        self._drain = drain
        self._deadline = deadline

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain; a second signal ends at once."""
        if self._api.draining:
            super().handle_exit(sig, frame)
            return
        self._api.draining = True
        for seconds, end in ((self._drain, self._end), (self._deadline, _end_at_once)):
            timer = threading.Timer(seconds, end)
            timer.daemon = True
            timer.start()

    def _end(self) -> None:
        self.should_exit = True


def _end_at_once() -> None:
    logging.getLogger("order_api").error("something hangs; ending at the deadline of the stop")
    logging.shutdown()
    os._exit(1)


def log_as_json() -> None:
    """Write one JSON object a line; requests themselves are in the load balancer's log."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


def main() -> int:
    """Run the service; return 2 where the environment lacks something."""
    log_as_json()
    try:
        settings = Settings.of(os.environ)
    except KeyError as missing:
        sys.stderr.write(f"order_api: the environment lacks {missing.args[0]}\n")
        return 2
    orders, sessions = Orders(settings.database), Sessions(settings.cache)
    api, relay = Api(orders, sessions), OutboxRelay(orders, settings.queue_url)
    orders.open()
    relay.start()
    config = uvicorn.Config(
        api.asgi(),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        http=BoundedProtocol,
        ws="none",
        # Half of what is left of the stop timeout after draining: the relay sends in the other half.
        timeout_graceful_shutdown=max(1, int((settings.stop_timeout - settings.drain) / 2)),
        # Longer than the load balancer's, or it would send into a connection that is being closed.
        timeout_keep_alive=int(settings.keep_alive),
    )
    DrainingServer(config, api, settings.drain, max(1.0, settings.stop_timeout - 2)).run()
    relay.stop(max(1.0, (settings.stop_timeout - settings.drain) / 2 - 5))
    sessions.close()
    orders.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
