"""Which names and values of variables give a secret away.

A value that has the shape of a credential is one whatever its name. Otherwise the name says that a secret is
meant, and the value that this is it: no reference to one, no name of one, no switch.
"""

import re
from collections.abc import Iterator

_CREDENTIAL = re.compile(
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"  # AWS
    r"|\bgh[opusr]_[0-9A-Za-z]{36,}|\bgithub_pat_\w{22,}|\bglpat-[\w-]{20,}"  # GitHub, GitLab
    r"|\bxox[abeoprs]-[0-9A-Za-z-]{10,}|hooks\.slack\.com/services/T\w+/B\w+/\w+"  # Slack
    r"|\b[rs]k_(?:live|test)_[0-9A-Za-z]{16,}|\bwhsec_[0-9A-Za-z+/]{16,}"  # Stripe
    r"|\bAIza[\w-]{35}|\bSG\.[\w-]{16,}\.[\w-]{16,}"  # Google, SendGrid
    r"|\bsk-(?:ant-|proj-)?[\w-]{20,}|\bnpm_[0-9A-Za-z]{36}|\bpypi-[\w-]{32,}"  # models, registries
    r"|\b(?:AccountKey|SharedAccessKey)=[0-9A-Za-z+/]{32,}"  # Azure
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
"""Credentials by their shape.

Source: https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
"""
_PASSWORD_IN_URL = re.compile(r"\w://[^/@:\s]*:(?![${<%*])[^/@\s]+@")
_PASSWORD_IN_DSN = re.compile(r"(?:^|[\s;])(?:password|pwd)=(?![${<%*])[^\s;]{4,}", re.IGNORECASE)

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_MORE_OF_THEM = re.compile(r"(?:_(?:\d+|value|plain|plaintext))+$")
_PASSWORD = re.compile(
    r"(?:password|passwd|passphrase|(?:^|_)pwd|[a-z0-9]_pass|passcode"
    r"|secret_?key|secret_?access_?key|private_?key|api_?key|api_?secret|client_?secret)$"
)
_TOKEN = re.compile(r"(?:^|_)(?:secret|\w*token|credentials?|(?:access|auth|encryption|shared|signing)_key)$")
_NO_CREDENTIAL = re.compile(
    r"(?:^|_)(?:csrf|xsrf|next|page|pagination|continuation|starting|request|idempotency|task|cancellation"
    r"|pad|eos|bos|unk|sep|mask|special)_?token$"
    r"|(?:^|_)(?:first|second|one|two|single|multi|by)_pass$"
)
"""Names that end like a credential's and are none: of a form, of a page of results, of a language model."""

_REFERENCE = re.compile(r"^(?:arn:|[a-z][a-z0-9+.-]*://|\{|/|\.|\$|<|%|file:|alias/)", re.IGNORECASE)
_SWITCHES = frozenset(("true", "false", "yes", "no", "on", "off", "none", "null", "required", "optional"))
_WORDS = frozenset(("password", "secret", "token"))
_PLACEHOLDER = re.compile(r"^(?:dummy|fake|placeholder)", re.IGNORECASE)
"""What says itself that it is none."""
_SEPARATORS = re.compile(r"[-_./ ]")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ASSIGNED = re.compile(r"^\s*(?:export\s+)?([A-Z0-9_]+)=(['\"]?)([^\s'\"$`<{]{4,})\2\s*$", re.MULTILINE)


def looks_secret(name: str, value: str) -> bool:
    """Tell whether a variable surely holds a secret; the value is never to be repeated."""
    value = value.strip()
    if is_credential(value):
        return True
    if (
        len(value) < 3
        or value.lower() in _SWITCHES | _WORDS
        or _REFERENCE.match(value)
        or _PLACEHOLDER.match(value)
    ):
        return False
    if names_password(name):
        return " " not in value and not _is_path(value)
    return names_token(name) and not _is_name(value)


def is_credential(value: str) -> bool:
    """Tell whether a value is a credential by its own shape, or an address with its password inside."""
    return any(shape.search(value) for shape in (_CREDENTIAL, _PASSWORD_IN_URL, _PASSWORD_IN_DSN))


def names_password(name: str) -> bool:
    """Tell whether something of this name holds a secret itself, and not where one is kept."""
    return _matches(_PASSWORD, name)


def names_token(name: str) -> bool:
    """Tell whether something of this name holds a secret or is called like one: `DB_SECRET` may be either."""
    return _matches(_TOKEN, name)


def secrets_in(script: str) -> Iterator[str]:
    """Yield the names of the secrets that a shell script sets, and what else it gives away."""
    rest = script
    for match in _ASSIGNED.finditer(script):
        if looks_secret(match[1], match[3]):
            rest = rest.replace(match[0], "")
            yield match[1]
    if _CREDENTIAL.search(rest):
        yield "an access key"


def _matches(pattern: re.Pattern[str], name: str) -> bool:
    words = _MORE_OF_THEM.sub("", _CAMEL.sub("_", name).replace("-", "_").lower())
    return bool(pattern.search(words)) and not _NO_CREDENTIAL.search(words)


def _is_path(value: str) -> bool:
    return "/" in value and not any(map(_is_random, _SEPARATORS.split(value)))


def _is_name(value: str) -> bool:
    """Tell whether the value is rather the name of a secret: several words, or the id of a key."""
    parts = _SEPARATORS.split(value)
    return bool(_UUID.fullmatch(value)) or (len(parts) > 1 and not any(map(_is_random, parts)))


def _is_random(part: str) -> bool:
    """Tell whether this is no word: long, with digits among the letters, or capitals among the small."""
    if len(part) < 12:
        return False
    mixed = bool(re.search(r"\d", part)) and bool(re.search(r"[A-Za-z]", part))
    return mixed or len(re.findall(r"[a-z][A-Z]", part)) > 2
