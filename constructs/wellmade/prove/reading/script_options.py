"""What clients in scripts are made with: a region that is not the function's, rights that are not its own."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from wellmade.prove.reading.python_regions import of_variable
from wellmade.prove.reading.script_tokens import Token, closing, text_at
from wellmade.prove.reading.script_values import literal
from wellmade.prove.reading.sites import VALUE, Unread, Variable, spelt

_KEYS = {"accessKeyId", "credentialProvider", "credentials", "secretAccessKey", "sessionToken"}
"""Options that hand rights over, in either version of the SDK."""
_OWN_RIGHTS = {"defaultProvider", "fromContainerMetadata", "fromEnv", "fromNodeProviderChain"}
"""What makes the credentials that the function has anyway."""


def of_options(
    file: Path, tokens: Sequence[Token], new: int, service: str, constants: Mapping[str, Any]
) -> Iterator[Unread]:
    """Yield a client that is made for another region, or with other rights.

    Args:
        file: Where it is made.
        tokens: Of that script.
        new: The place at which it is made.
        service: Whose client it is.
        constants: Names whose values are known.
    """
    for region, what in options_of(tokens, new, constants):
        row = f"a client of {service} {what}"
        yield Unread(file, tokens[new].line, row, (service,), heard=bool(region), region=region)


def options_of(tokens: Sequence[Token], new: int, constants: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the region of a client with what is said of it; no region where it has other rights.

    Args:
        tokens: Of a script.
        new: Where the client is made.
        constants: Names whose values are known.
    """
    at = new + 2
    while text_at(tokens, at) == ".":
        at += 2
    if text_at(tokens, at) != "(" or text_at(tokens, at + 1) in (")", ""):
        return
    options, _ = literal(tokens, at + 1, constants)
    given = range(at + 2, closing(tokens, at))
    words = [tokens[each].text for each in given] if text_at(tokens, at + 1) == "{" else []
    if not isinstance(options, Mapping) or _spreads(words, constants):
        yield VALUE, f"in {spelt(VALUE)}"
        return
    if "region" in options and (region := _region(options["region"])):
        yield region, f"in {spelt(region)}"
    if not _KEYS.isdisjoint(options) and _OWN_RIGHTS.isdisjoint(words):
        yield "", "with credentials that are handed over"


def _spreads(words: Sequence[str], constants: Mapping[str, Any]) -> bool:
    """Tell whether options are spread that no line tells, or that tell a region."""
    spread = [words[at + 1] for at, word in enumerate(words[:-1]) if word == "..."]
    known = [constants.get(each) for each in spread]
    return any(not isinstance(each, Mapping) or {"region", *_KEYS} & {*each} for each in known)


def _region(value: Any) -> str:
    if isinstance(value, Variable):
        return of_variable(value.name)
    return value if isinstance(value, str) else VALUE
