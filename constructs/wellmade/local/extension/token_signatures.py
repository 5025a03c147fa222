"""Gap: without a package for cryptography MiniStack refuses every token, whoever has signed it.

RSA's signatures are checked here, which takes one power and one hash; of other algorithms none is taken, as
API Gateway takes none.
Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from ministack.services import apigateway, apigateway_v1

_HASHES: dict[str, tuple[Any, str]] = {
    "RS256": (hashlib.sha256, "3031300d060960864801650304020105000420"),
    "RS384": (hashlib.sha384, "3041300d060960864801650304020205000430"),
    "RS512": (hashlib.sha512, "3051300d060960864801650304020305000440"),
}
"""By algorithm, the hash and how PKCS #1 writes down which it is. Source: RFC 8017, section 9.2"""


def apply() -> None:
    """Check signatures of tokens."""
    apigateway._verify_rs256_signature = apigateway_v1._verify_rs256_signature = is_signed


def is_signed(token: str, key: Mapping[str, str]) -> bool:
    """Tell whether a token is signed with a key, by one of the algorithms that are taken."""
    try:
        head, claims, signature = token.split(".")
        algorithm = json.loads(apigateway._b64url_decode(head)).get("alg")
        modulus, exponent = (
            int.from_bytes(apigateway._b64url_decode(key[name]), "big") for name in ("n", "e")
        )
        given = int.from_bytes(apigateway._b64url_decode(signature), "big")
    except (ValueError, KeyError, AttributeError, TypeError):
        return False
    if algorithm not in _HASHES or key.get("alg", algorithm) != algorithm or given >= modulus:
        return False
    length = (modulus.bit_length() + 7) // 8
    wanted = padded(algorithm, f"{head}.{claims}".encode(), length)
    return hmac.compare_digest(pow(given, exponent, modulus).to_bytes(length, "big"), wanted)


def padded(algorithm: str, text: bytes, length: int) -> bytes:
    """Return what RSA signs for a text: its hash, named, behind padding of so many bytes in all."""
    make, named = _HASHES[algorithm]
    told: bytes = bytes.fromhex(named) + make(text).digest()
    return b"\x00\x01" + b"\xff" * (length - len(told) - 3) + b"\x00" + told
