"""Gap: without a package for cryptography Cognito signs its tokens with noise, and authorizers refuse them.

One RSA key is made for the cloud when it signs the first token, and is what the pools publish.
Source: RFC 8017, section 8.2 (RSASSA-PKCS1-v1_5), and RFC 7517 (keys as JSON).
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import base64
import functools
import hashlib
import json
import secrets
from typing import Any

from ministack.services import cognito

from .token_signatures import padded

BITS = 2048
EXPONENT = 65537
_SMALL = [2, *(n for n in range(3, 2000, 2) if all(n % divisor for divisor in range(3, int(n**0.5) + 1, 2)))]
_ROUNDS = 20
"""Of Miller and Rabin's test; of the numbers that pass them less than one in 4 to the 20th is not prime."""


def apply() -> None:
    """Sign with a key, and publish it."""
    cognito._signed_jwt = _signed
    cognito.well_known_jwks = _published


def _signed(claims: dict[str, Any], _pool_id: str = "", _use: str = "") -> str:
    modulus, private = _key()
    head = {"alg": "RS256", "kid": published_key()["kid"]}
    text = ".".join(_encoded(json.dumps(part).encode()) for part in (head, claims))
    size = BITS // 8
    signature = pow(int.from_bytes(padded("RS256", text.encode(), size)), private, modulus).to_bytes(size)
    return f"{text}.{_encoded(signature)}"


def _published(_pool_id: str) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "application/json"}, json.dumps({"keys": [published_key()]}).encode()


@functools.cache
def published_key() -> dict[str, str]:
    """Return the public half of the key, as a pool publishes it."""
    modulus, _ = _key()
    number, exponent = _encoded(modulus.to_bytes(BITS // 8)), _encoded(EXPONENT.to_bytes(3))
    name = _encoded(hashlib.sha256(number.encode()).digest())
    return {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": name, "n": number, "e": exponent}


@functools.cache
def _key() -> tuple[int, int]:
    """The modulus and the private exponent."""
    while True:
        one, other = _prime(), _prime()
        modulus, order = one * other, (one - 1) * (other - 1)
        if one != other and modulus.bit_length() == BITS and order % EXPONENT:
            return modulus, pow(EXPONENT, -1, order)


def _prime() -> int:
    while True:
        candidate = secrets.randbits(BITS // 2) | 3 << (BITS // 2 - 2) | 1
        if all(candidate % small for small in _SMALL) and _is_prime(candidate):
            return candidate


def _is_prime(candidate: int) -> bool:
    odd, halvings = candidate - 1, 0
    while odd % 2 == 0:
        odd, halvings = odd // 2, halvings + 1
    return all(_passes(candidate, odd, halvings) for _ in range(_ROUNDS))


def _passes(candidate: int, odd: int, halvings: int) -> bool:
    value = pow(secrets.randbelow(candidate - 3) + 2, odd, candidate)
    if value in (1, candidate - 1):
        return True
    for _ in range(halvings - 1):
        value = value * value % candidate
        if value == candidate - 1:
            return True
    return False


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
