"""Take ARNs apart that have symbols in them."""

import re

_SYMBOL = re.compile(r"\$\{[^}]*\}")


def fields(arn: str) -> list[str]:
    """Split a written ARN into its six fields, at its colons and not at those within symbols."""
    return [_bare(field) for field in _shielded(arn).split(":", 5)]


def first_name(rest: str) -> str:
    """Return what stands before the first colon or slash, those within symbols aside."""
    return _bare(re.split(r"[:/]", _shielded(rest), maxsplit=1)[0])


def _shielded(text: str) -> str:
    return _SYMBOL.sub(lambda symbol: symbol[0].replace(":", "\x00").replace("/", "\x01"), text)


def _bare(text: str) -> str:
    return text.replace("\x00", ":").replace("\x01", "/")
