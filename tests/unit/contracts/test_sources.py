"""Contracts as others write them: EventBridge's registry, OpenAPI 3, AsyncAPI 3, YAML."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from wellmade.contracts import Contracts

REGISTRY: dict[str, Any] = {
    "openapi": "3.0.0",
    "info": {"version": "1.0.0", "title": "OrderPlaced"},
    "paths": {},
    "components": {
        "schemas": {
            "AWSEvent": {
                "type": "object",
                "required": ["detail-type", "detail", "time"],
                "x-amazon-events-detail-type": "OrderPlaced",
                "properties": {
                    "detail": {"$ref": "#/components/schemas/OrderPlaced"},
                    "detail-type": {"type": "string"},
                    "time": {"type": "string", "format": "date-time"},
                },
            },
            "OrderPlaced": {
                "type": "object",
                "required": ["id"],
                "properties": {"id": {"type": "string"}, "note": {"type": "string", "nullable": True}},
            },
        }
    },
}
ASYNC: dict[str, Any] = {
    "asyncapi": "3.0.0",
    "info": {"title": "orders", "version": "1.0.0"},
    "channels": {
        "orders": {"address": "orders", "messages": {"it": {"$ref": "#/components/messages/OrderPlaced.v1"}}}
    },
    "components": {
        "messages": {"OrderPlaced.v1": {"payload": {"$ref": "#/components/schemas/Order"}}},
        "schemas": {
            "Order": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
        },
    },
}


def folder_of(tmp_path: Path, name: str, released: Any, current: Any) -> Contracts:
    (tmp_path / "released").mkdir()
    (tmp_path / "released" / name).write_text(json.dumps(released))
    (tmp_path / name).write_text(json.dumps(current))
    return Contracts(tmp_path)


def changed(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    found = copy.deepcopy(document)
    *steps, last = path.split("/")
    holder = found
    for step in steps:
        holder = holder[step]
    holder[last] = value
    return found


ORDER = "components/schemas/OrderPlaced/properties"


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (f"{ORDER}/more", {"type": "integer"}, None),
        (f"{ORDER}/id", {"type": "integer"}, "detail.id: type was "),
        (f"{ORDER}/note", {"type": "string"}, '"note": null}'),
        ("components/schemas/AWSEvent/required", ["detail"], "detail-type: required was"),
    ],
)
def test_a_schema_of_the_registry(tmp_path: Path, path: str, value: Any, said: str | None) -> None:
    contracts = folder_of(tmp_path, "OrderPlaced.v1.json", REGISTRY, changed(REGISTRY, path, value))
    problems = contracts.problems()
    assert bool(problems) == bool(said)
    assert said is None or said in " ".join(problems)


def test_what_the_command_line_of_aws_prints(tmp_path: Path) -> None:
    exported = {"Content": json.dumps(REGISTRY), "Type": "OpenApi3", "SchemaName": "shop@OrderPlaced"}
    assert folder_of(tmp_path, "OrderPlaced.v1.json", exported, REGISTRY).problems() == []


def test_draft_4_of_the_registry(tmp_path: Path) -> None:
    old = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "definitions": {
            "Order": {"type": "object", "properties": {"n": {"minimum": 0, "exclusiveMinimum": True}}}
        },
        "properties": {"detail": {"$ref": "#/definitions/Order"}},
    }
    new = changed(old, "definitions/Order/properties/n", {"minimum": 0})
    [problem] = folder_of(tmp_path, "OrderPlaced.v1.json", old, new).problems()
    assert '{"detail": {"n": 0}}' in problem


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("components/schemas/Order/properties/more", {"type": "integer"}, None),
        ("components/schemas/Order/required", [], "id: required was"),
        ("components/messages/OrderPlaced.v1/headers", {"properties": {"trace": {"type": "string"}}}, None),
        (
            "components/messages/OrderPlaced.v1/headers",
            {"required": ["trace"]},
            "headers: trace: required was",
        ),
        (
            "components/messages/OrderPlaced.v1/payload",
            {"schemaFormat": "application/vnd.apache.avro;version=1.9.0", "schema": {}},
            "cannot be decided: schemaFormat application/vnd.apache.avro;version=1.9.0 is no JSON Schema",
        ),
        (
            "components/messages/OrderPlaced.v1/payload",
            {
                "schemaFormat": "application/schema+json;version=draft-07",
                "schema": {"$ref": "#/components/schemas/Order"},
            },
            None,
        ),
    ],
)
def test_a_message_of_asyncapi(tmp_path: Path, path: str, value: Any, said: str | None) -> None:
    contracts = folder_of(tmp_path, "orders.asyncapi.json", ASYNC, changed(ASYNC, path, value))
    assert list(contracts.current) == ["OrderPlaced.v1"]
    problems = contracts.problems()
    assert bool(problems) == bool(said)
    assert said is None or said in " ".join(problems)


def test_yaml(tmp_path: Path) -> None:
    (tmp_path / "OrderPlaced.v1.yaml").write_text("type: object\nproperties:\n  at: {const: 2026-01-31}\n")
    with pytest.raises(ValueError, match="must be YAML of JSON values, Object of type date"):
        Contracts(tmp_path).problems()
    (tmp_path / "OrderPlaced.v1.yaml").write_text("type: object\nproperties:\n  at: {type: string}\n")
    assert Contracts(tmp_path).problems() == []


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"openapi": "2.0"}, "openapi must be 3.0 or 3.1, got 2.0"),
        ({"openapi": "3.0.0"}, "components.schemas must hold the event, got none"),
        (
            {"openapi": "3.0.0", "components": {"schemas": {"A": {}, "B": {}}}},
            "must hold AWSEvent or Some, got A, B",
        ),
        ({"asyncapi": "2.6.0"}, "asyncapi must be 3, got 2.6.0"),
        ({"asyncapi": "3.0.0"}, "must have messages in channels or components, got none"),
        (changed(REGISTRY, f"{ORDER}/id", {"type": "strnig"}), "must be a JSON Schema of draft 4, 'strnig'"),
    ],
)
def test_what_is_refused(tmp_path: Path, document: Any, said: str) -> None:
    (tmp_path / "Some.v1.json").write_text(json.dumps(document))
    with pytest.raises(ValueError, match=said):
        Contracts(tmp_path).problems()


def test_one_event_in_two_files(tmp_path: Path) -> None:
    for name in ("OrderPlaced.v1.json", "OrderPlaced.v1.yaml"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(
        ValueError, match=r"OrderPlaced.v1 must be in one file, is in OrderPlaced.v1.json too"
    ):
        Contracts(tmp_path).problems()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe{}", "must be UTF-8; save it as UTF-8"),
        (b'{"maximum": 1e999}', "must be a JSON Schema, 1e999 is no number of JSON"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "OrderPlaced.v1.json"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=f"OrderPlaced.v1.json: {said}"):
        Contracts(tmp_path).problems()


def message(**said: Any) -> dict[str, Any]:
    document = changed(ASYNC, "components/messages", {"orderPlaced": {"payload": {"type": "object"}, **said}})
    return changed(document, "channels", {})


def test_messages_of_a_document_need_no_version(tmp_path: Path) -> None:
    contracts = folder_of(tmp_path, "api.yaml", message(), message(name="sendOrder"))
    assert contracts.problems() == [
        f"{tmp_path}: orderPlaced: the contract is gone; keep it while it may still be consumed"
    ]
    assert Contracts(tmp_path / "released").problems() == []


TRAIT = {"headers": {"type": "object", "required": ["trace"]}}


@pytest.mark.parametrize(
    "trait", [TRAIT, {"$ref": "#/components/messageTraits/traced"}], ids=["here", "there"]
)
def test_headers_of_traits_are_compared(tmp_path: Path, trait: Any) -> None:
    new = changed(message(traits=[trait]), "components/messageTraits", {"traced": TRAIT})
    problems = folder_of(tmp_path, "api.json", message(), new).problems()
    assert any("headers: trace: required was nothing and is" in problem for problem in problems)


def test_a_message_says_more_than_its_traits(tmp_path: Path) -> None:
    own = {"type": "object", "required": []}
    new = message(traits=[TRAIT], headers=own)
    assert folder_of(tmp_path, "api.json", message(headers=own), new).problems() == []


def test_a_trait_that_is_none_is_refused(tmp_path: Path) -> None:
    new = message(traits=[{"$ref": "#/components/messageTraits/no"}])
    with pytest.raises(ValueError, match="a trait must be an object in this document"):
        folder_of(tmp_path, "api.json", message(), new).problems()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({}, {"contentType": "application/xml"}, "contentType was application/json and is application/xml"),
        ({}, {"contentType": "application/JSON; charset=utf-8"}, None),
        ({"contentType": "application/avro"}, {"contentType": "application/avro"}, None),
    ],
    ids=["another", "the same, longer", "the same"],
)
def test_what_an_event_is_written_as(tmp_path: Path, old: Any, new: Any, said: str | None) -> None:
    problems = folder_of(tmp_path, "api.json", message(**old), message(**new)).problems()
    assert [said] * bool(said) == [said for problem in problems if said and said in problem]
    assert bool(problems) == bool(said)
