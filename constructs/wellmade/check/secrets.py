"""What looks like a secret that is written out."""

import re
from collections.abc import Iterator

from wellmade.graph import Text, Value, options

_NAME = re.compile(
    r"(password|passwd|passphrase|secret_?key|api_?secret|client_?secret|secret_?access_?key|private_?key)$",
    re.IGNORECASE,
)
_EXPORT = re.compile(
    r"^\s*(?:export\s+)?(\w*(?:PASSWORD|PASSWD|SECRET_ACCESS_KEY|SECRET_KEY))=(['\"]?)([^\s'\"$`<{]{4,})\2\s*$",
    re.MULTILINE,
)
_ACCESS_KEY = re.compile(r"\bAKIA[A-Z0-9]{16}\b")


def is_secret_name(name: Value) -> bool:
    """Tell whether something of this name holds a secret itself, and not where one is kept."""
    return isinstance(name, str) and bool(_NAME.search(name))


def is_secret(name: Value, value: Value) -> bool:
    """Tell whether a value is a secret in clear text, in all branches of its conditions."""
    found = list(options(value))
    return is_secret_name(name) and bool(found) and all(map(_is_written, found))


def secrets_in(script: Value) -> Iterator[str]:
    """Yield the names of the secrets that a script sets, however it goes on."""
    parts = script.parts if isinstance(script, Text) else (script,)
    whole = "".join(part if isinstance(part, str) else "${}" for part in parts)
    for match in _EXPORT.finditer(whole):
        yield match[1]
    if _ACCESS_KEY.search(whole):
        yield "an access key"


def _is_written(value: Value) -> bool:
    """Tell whether this is no reference: neither a dynamic one, nor an ARN or a path of one."""
    return isinstance(value, str) and bool(value) and not value.startswith(("{{resolve:", "arn:", "/"))
