"""Judge what changed in a folder since the release, with the words of people on what cannot be decided."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from wellmade.contracts.compare import Verdict, compare
from wellmade.contracts.schema import Schema, draft_of, schema_of
from wellmade.contracts.sources.contract import Contract
from wellmade.contracts.sources.read import text_of
from wellmade.contracts.words import Word, digest, keep, word_on


def schema_from(contract: Contract) -> Schema:
    """Return the schema of a contract.

    Raises:
        ValueError: If it is none.
    """
    origin = str(contract.file)
    if contract.file.stem != contract.name:
        origin = f"{origin}: {contract.name}"
    if contract.draft is None:
        return schema_of(contract.document, origin)
    return schema_of(contract.document, origin, draft_of({"$schema": contract.draft}, origin))


def changes(folder: Path, released: Mapping[str, Contract], current: Mapping[str, Contract]) -> list[str]:
    """Return a sentence for each break, and for each change that nobody decided.

    Raises:
        ValueError: If a schema is none.
    """
    for contract in current.values():
        if contract.name not in released or contract.strange:
            schema_from(contract)  # the others are checked when they are compared
    return [
        sentence
        for name, contract in released.items()
        if name in current
        for sentence in _sentences(folder, contract, current[name])
    ]


def _sentences(folder: Path, old: Contract, new: Contract) -> Iterator[str]:
    verdict = verdict_on(old, new)
    for found in verdict.breaks:
        yield f"{old.name}: {found}; publish {_next(old.name)} beside it"
    if verdict.breaks or not verdict.undecided or _is_decided(folder, old, new):
        return
    command = shlex.join(["wellmade", "contracts", str(folder), "--compatible", old.name])
    fix = f'look at both, then: {command} --because "..."'
    for question in verdict.undecided:
        yield f"{old.name}: {question}; {fix}, or publish {_next(old.name)} beside it"


def verdict_on(old: Contract, new: Contract) -> Verdict:
    """Return what the change of a contract does.

    Raises:
        ValueError: If a schema is none.
    """
    strange = old.strange or new.strange
    if strange and text_of(old.file) != text_of(new.file):
        return Verdict(undecided=[f"whether it breaks anybody cannot be decided: {strange}"])
    if old.content_type != new.content_type:
        change = f"contentType was {old.content_type} and is {new.content_type}"
        return Verdict(undecided=[f"whether anybody can read it cannot be decided: {change}"])
    verdict = compare(schema_from(old), schema_from(new))
    if (old.headers, new.headers) != (None, None):
        before, after = (schema_from(_headers_of(contract)) for contract in (old, new))
        beside = compare(before, after)
        verdict.breaks += [replace(found, field=f"headers: {found.field}") for found in beside.breaks]
        verdict.undecided += beside.undecided
    return verdict


def _headers_of(contract: Contract) -> Contract:
    return replace(contract, document={} if contract.headers is None else contract.headers)


def decide(folder: Path, old: Contract, new: Contract, because: str, by: str) -> Path:
    """Keep somebody's word that a change breaks nobody; return the file.

    Raises:
        ValueError: If it does break somebody, or nothing was left to decide.
    """
    verdict = verdict_on(old, new)
    if verdict.breaks:
        raise ValueError(
            f"{folder}: {old.name}: --compatible must be what cannot be decided, but {verdict.breaks[0]}"
        )
    if not verdict.undecided:
        raise ValueError(
            f"{folder}: {old.name}: --compatible must be what cannot be decided, it breaks nobody"
        )
    before, after = (_digest(contract, schema_from(contract)) for contract in (old, new))
    return keep(folder, old.name, Word(before, after, because, by))


def _is_decided(folder: Path, old: Contract, new: Contract) -> bool:
    word = word_on(folder, old.name)
    digests = tuple(_digest(contract, schema_from(contract)) for contract in (old, new))
    return word is not None and (word.released, word.current) == digests


def _digest(contract: Contract, schema: Schema) -> str:
    """Return what a word is good for: the file, where its language is not known, else the schema."""
    if contract.strange:
        return digest(text_of(contract.file))
    return digest(schema.text + schema_from(_headers_of(contract)).text + contract.content_type)


def _next(name: str) -> str:
    event, _, version = name.rpartition(".v")
    return f"{event}.v{int(version) + 1}" if version.isdecimal() and event else f"{name}.v2"
