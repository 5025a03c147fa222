"""A real issuer of tokens on this machine: it tells its public keys over HTTP, and signs."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

KEY_ID = "key-1"


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


class Issuer:
    """Signs tokens with a key of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def documents(self) -> dict[str, Any]:
        """Return what it tells over HTTP, by path."""
        numbers = self.key.public_key().public_numbers()
        parts = {
            name: encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))
            for name, value in (("n", numbers.n), ("e", numbers.e))
        }
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID, **parts}
        return {
            "/.well-known/openid-configuration": {"issuer": self.url, "jwks_uri": f"{self.url}/keys"},
            "/keys": {"keys": [key]},
        }

    def token(self, algorithm: str = "RS256", **claims: Any) -> str:
        """Return a token; what is not said of its claims is as it must be."""
        now = int(time.time())
        good = {"iss": self.url, "aud": "shop-pages", "sub": "ada", "iat": now - 5, "exp": now + 300}
        parts = [
            {"alg": algorithm, "typ": "JWT", "kid": KEY_ID},
            {**good, "scope": "products/write", **claims},
        ]
        signed = ".".join(encoded(json.dumps(part).encode()) for part in parts)
        return f"{signed}.{encoded(self._sign(algorithm, signed.encode()))}"

    def _sign(self, algorithm: str, text: bytes) -> bytes:
        if algorithm == "RS256":
            return self.key.sign(text, padding.PKCS1v15(), hashes.SHA256())
        if algorithm == "HS256":  # with the public key for a secret, as forgers do
            public = self.key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            return hmac.digest(public, text, "sha256")
        return b""


@contextmanager
def issuing() -> Iterator[Issuer]:
    """Run an issuer on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            document = issuer.documents().get(self.path)
            body = json.dumps(document).encode()
            self.send_response(200 if document else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Issuer(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
