"""Gap: who was given an address to put an object by may copy any object of its signer's with it.

What a request does stands in its headers, too (`x-amz-copy-source`, `x-amz-tagging`), and MiniStack checks
those alone that were signed. AWS refuses a request with one that was not.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

import re
from collections.abc import Mapping
from itertools import chain
from urllib.parse import parse_qs

_SIGNED = re.compile(r"SignedHeaders=([^,\s]*)")
_SAY_NOTHING = frozenset(("x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "x-amz-user-agent"))
"""About the signature itself, or for nobody."""


def unsigned(headers: Mapping[str, str], query: str) -> list[str]:
    """Return what headers of AWS a signed request has that its signature leaves out.

    Args:
        headers: By name in lower case.
        query: Of the address.
    """
    found = _SIGNED.search(headers.get("authorization", ""))
    given = [values for name, values in parse_qs(query).items() if name.lower() == "x-amz-signedheaders"]
    named = [*([found[1]] if found else []), *chain.from_iterable(given)]
    if not named:
        return []
    # Whoever signs in two places is believed where both agree: one of them may be made up.
    signed = set.intersection(*(set(text.lower().split(";")) for text in named))
    return sorted(name for name in headers if name.startswith("x-amz-") and name not in signed | _SAY_NOTHING)
