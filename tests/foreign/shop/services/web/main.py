"""The shop's own web program."""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Shop(BaseHTTPRequestHandler):
    """Answers that it lives."""

    timeout = int(os.environ.get("KEEP_ALIVE_SECONDS", "75"))

    def do_GET(self) -> None:
        """Answer 204."""
        self.send_response(204)
        self.end_headers()


if __name__ == "__main__":
    ThreadingHTTPServer(("", 9000), Shop).serve_forever()
