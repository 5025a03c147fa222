"""Tell secrets in plain text from names, places and placeholders."""

import re

_KNOWN = re.compile(
    r"\b(AKIA[0-9A-Z]{16}|gh[pousr]_[0-9A-Za-z]{36}|sk_live_[0-9A-Za-z]{16,}|xox[abprs]-[0-9A-Za-z-]{10,})\b"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
_PASSWORD = re.compile(r"(^|_)(password|passwd|passphrase|pwd)$")
_KEY = re.compile(r"(^|_)(secret|token|api_?key|access_key|private_key|secret_key|client_secret)$")
_WORDS = frozenset(("true", "false", "yes", "no", "none", "null", "password", "secret", "token"))
_REFERS = re.compile(r"^(arn:|https?://|\{\{resolve:|/|\$|<|file:)")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def is_secret(name: str, value: str) -> bool:
    """Tell whether a variable of this name surely holds a secret; the value is never to be repeated."""
    if _KNOWN.search(value):
        return True
    value, lower = value.strip(), _CAMEL.sub("_", name).replace("-", "_").lower()
    if len(value) < 4 or value.lower() in _WORDS or _REFERS.match(value):
        return False
    if _PASSWORD.search(lower):
        return "/" not in value and " " not in value
    return bool(_KEY.search(lower)) and _is_random(value)


def _is_random(value: str) -> bool:
    """A key is long and mixes letters with digits; a name or a path of a secret has words."""
    if not re.fullmatch(r"[0-9A-Za-z+/=_.~-]{12,}", value):
        return False
    longest = max(len(part) for part in re.split(r"[-_/.]", value))
    return longest >= 12 and bool(re.search(r"\d", value)) and bool(re.search(r"[A-Za-z]", value))
