"""Read the contracts in a file, whatever of the known kinds it is."""

import json
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

from wellmade.contracts.sources.asyncapi import messages
from wellmade.contracts.sources.contract import Contract
from wellmade.contracts.sources.openapi import event_of

ENDINGS = (".json", ".yaml", ".yml")
LARGEST = 4_000_000
"""Bytes of a file; no contract that people read has so many."""


def read(file: Path) -> list[Contract]:
    """Return the contracts in a file.

    Raises:
        ValueError: If it cannot be read, or is of a version that is not known.
    """
    document = _parsed(file)
    name = file.name.removesuffix(file.suffix)
    if isinstance(document, dict) and isinstance(document.get("Content"), str):
        # What `aws schemas describe-schema` prints.
        document = _json(document["Content"], file)
    if isinstance(document, dict) and "asyncapi" in document:
        return messages(document, file)
    if isinstance(document, dict) and "openapi" in document:
        return [event_of(document, name, file)]
    return [Contract(name, document, None, file)]


def text_of(file: Path) -> str:
    """Return what is written in a file, without a mark of its encoding.

    Raises:
        ValueError: If it is no file, as a pipe or a device is none, is too large, or is not UTF-8.
    """
    if not file.is_file():
        raise ValueError(f"{file}: must be a file; remove it, or move it to another folder")
    if file.stat().st_size > LARGEST:
        raise ValueError(f"{file}: must be at most {LARGEST} bytes; split it")
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{file}: must be UTF-8; save it as UTF-8") from error


def _parsed(file: Path) -> Any:
    text = text_of(file)
    return _json(text, file) if file.suffix == ".json" else _yaml(text, file)


def _json(text: str, file: Path) -> Any:
    try:
        return json.loads(
            text, parse_constant=_refuse_number, parse_float=_number, object_pairs_hook=_without_repeats
        )
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{file}: must be a JSON Schema, {error}") from error


def _number(text: str) -> float:
    number = float(text)
    return number if isfinite(number) else _refuse_number(text)


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def _without_repeats(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} is there twice, of which one would be lost")
    return found


def _yaml(text: str, file: Path) -> Any:
    import yaml  # type: ignore[import-untyped]  # noqa: PLC0415 - of the extra for tools

    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise ValueError(f"{file}: must not have YAML aliases; write what they stand for")
        loaded = yaml.safe_load(text)
        return _json(json.dumps(loaded), file)  # dates, infinity and the like are no JSON
    except (yaml.YAMLError, TypeError, RecursionError) as error:
        raise ValueError(f"{file}: must be YAML of JSON values, {' '.join(str(error).split())}") from error
