"""AsyncAPI 3: each message is the contract of an event."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from wellmade.contracts.pointer import resolve
from wellmade.contracts.sources.contract import Contract
from wellmade.contracts.sources.openapi import DRAFT_4, draft_4, move_references

DRAFT_7 = "http://json-schema.org/draft-07/schema#"
_FORMATS = {
    "application/vnd.aai.asyncapi": DRAFT_7,
    "application/vnd.aai.asyncapi+json": DRAFT_7,
    "application/vnd.aai.asyncapi+yaml": DRAFT_7,
    "application/schema+json": DRAFT_7,
    "application/schema+yaml": DRAFT_7,
    "application/vnd.oai.openapi": DRAFT_4,
    "application/vnd.oai.openapi+json": DRAFT_4,
    "application/vnd.oai.openapi+yaml": DRAFT_4,
}
"""Schema languages of AsyncAPI that are JSON Schema; a `$schema` in the payload counts more."""


def messages(document: Mapping[str, Any], file: Path) -> list[Contract]:
    """Return a contract for each message, by the message's name.

    Raises:
        ValueError: If the version is not known, there is no message, or two have one name.
    """
    version = str(document["asyncapi"])
    if not version.startswith("3."):
        raise ValueError(f"{file}: asyncapi must be 3, got {version}; convert the document")
    found: dict[str, Contract] = {}
    for key, own in _messages(document):
        message = _with_traits(own, document, file)
        contract = _contract(str(message.get("name", key)), message, document, file)
        if found.setdefault(contract.name, contract).text != contract.text:
            raise ValueError(f"{file}: {contract.name} must be one message, got two; give one another name")
    if not found:
        raise ValueError(f"{file}: must have messages in channels or components, got none; add one")
    return list(found.values())


def _messages(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    places = [_mapping(_mapping(document.get("components")).get("messages"))]
    places += [
        _mapping(_mapping(channel).get("messages")) for channel in _mapping(document.get("channels")).values()
    ]
    for place in places:
        for key, message in place.items():
            if isinstance(message, Mapping) and "$ref" not in message:
                yield key, message


def _contract(name: str, message: Mapping[str, Any], document: Mapping[str, Any], file: Path) -> Contract:
    payload, draft, strange = _language(message.get("payload", True))
    schemas = _mapping(_mapping(document.get("components")).get("schemas"))
    definitions = {key: _converted(*_language(schema)[:2]) for key, schema in schemas.items()}
    headers, headers_draft, strange_too = _language(message.get("headers", True))
    bodies = (_converted(payload, draft), _converted(headers, headers_draft))
    moved, beside = (move_references({"allOf": [body], "definitions": definitions}) for body in bodies)
    if isinstance(payload, Mapping) and "$schema" in payload:
        draft = str(payload["$schema"])
    kept = beside if "headers" in message else None
    written = message.get("contentType") or document.get("defaultContentType") or "application/json"
    plain = str(written).partition(";")[0].strip().lower()
    return Contract(name, moved, draft, file, strange or strange_too, kept, plain, listed=True)


def _with_traits(message: Mapping[str, Any], document: Mapping[str, Any], file: Path) -> Mapping[str, Any]:
    """Return a message with what its traits add; what it says itself counts more.

    Raises:
        ValueError: If a trait is none.
    """
    found: Mapping[str, Any] = {}
    traits = message.get("traits")
    for given in traits if isinstance(traits, list) else ():
        reference = given.get("$ref") if isinstance(given, Mapping) else None
        trait = resolve(document, reference) if isinstance(reference, str) else given
        if not isinstance(trait, Mapping):
            raise ValueError(  # noqa: TRY004 - it is what a file says
                f"{file}: a trait must be an object in this document, got {given}; add it"
            )
        found = _merged(found, trait)
    return _merged(found, {key: value for key, value in message.items() if key != "traits"})


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> Mapping[str, Any]:
    """Merge as JSON Merge Patch does, which AsyncAPI names for traits."""
    found = dict(below)
    for key, value in above.items():
        old = found.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        found[key] = _merged(old, value) if both else value  # type: ignore[arg-type]  # both are, then
    return found


def _language(schema: Any) -> tuple[Any, str, str | None]:
    """Return a schema, its draft, and what it is written in if that is no JSON Schema."""
    if not isinstance(schema, Mapping) or "schemaFormat" not in schema:
        return schema, DRAFT_7, None
    named = str(schema["schemaFormat"])
    draft = _FORMATS.get(named.partition(";")[0].strip())
    if draft is None:
        return True, DRAFT_7, f"schemaFormat {named} is no JSON Schema"
    return schema.get("schema", True), draft, None


def _converted(schema: Any, draft: str) -> Any:
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    return draft_4(schema) if draft == DRAFT_4 else schema


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
