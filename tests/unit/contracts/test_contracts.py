"""What may change within a version of an event, and what names the field when it may not."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wellmade.cli import main
from wellmade.contracts import Contracts, versioned
from wellmade.contracts.changes import breaking
from wellmade.contracts.names import is_command

RELEASED: dict[str, Any] = {
    "type": "object",
    "required": ["id", "state", "lines"],
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^o"},
        "state": {"type": "string", "enum": ["new", "old"]},
        "note": {"type": "string"},
        "lines": {
            "type": "array",
            "maxItems": 5,
            "items": {
                "type": "object",
                "required": ["sku"],
                "properties": {"sku": {"type": "string"}, "pieces": {"type": "integer", "minimum": 1}},
            },
        },
    },
}


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    schema = copy.deepcopy(RELEASED)
    change(schema["properties"])
    return schema


ADDITIONS = [
    lambda p: p.update(new={"type": "string"}),
    lambda p: p["lines"]["items"]["properties"].update(new={"type": "object", "required": ["a"]}),
    lambda p: p["state"].update(enum=["old", "new"]),
    lambda p: p["note"].update(title="for people", description="a note", default="none"),
]
BREAKS = [
    (lambda p: p.pop("note"), "note is gone"),
    (lambda p: p["note"].update(type="integer"), "note was string and is integer"),
    (lambda p: p["id"].update(maxLength=10), "id had maxLength 9 and has 10"),
    (lambda p: p["id"].pop("minLength"), "id had minLength 1 and has none"),
    (lambda p: p["id"].pop("pattern"), "id had pattern ^o and has none"),
    (lambda p: p["state"].update(enum=["new", "old", "lost"]), "state may now be lost"),
    (lambda p: p["state"].update(enum=["new"]), "state may no longer be old"),
    (lambda p: p["state"].update(enum=[{"a": 1}]), "state may now be {'a': 1}"),
    (lambda p: p["state"].pop("enum"), "state had enum ['new', 'old'] and has none"),
    (lambda p: p["note"].update(maxLength=9), "note had maxLength none and has 9"),
    (lambda p: p["lines"].update(uniqueItems=True), "lines had uniqueItems none and has True"),
    (lambda p: p["lines"].update(items=False), "lines had other items"),
    (
        lambda p: p["lines"]["items"].update(additionalProperties={"type": "string"}),
        "lines[] had additionalProperties none and has {'type': 'string'}",
    ),
    (
        lambda p: p["lines"]["items"]["required"].append("pieces"),
        "lines[].pieces was optional and is required",
    ),
    (
        lambda p: (
            p["lines"]["items"].update(required=["sku", "new"])
            or p["lines"]["items"]["properties"].update(new={})
        ),
        "new is new in lines[] and required: events that are kept lack it",
    ),
    (lambda p: p["lines"]["items"]["properties"].pop("sku"), "lines[].sku is gone"),
    (lambda p: p["lines"]["items"]["required"].remove("sku"), "lines[].sku was required and is optional"),
    (
        lambda p: p["lines"]["items"]["properties"]["pieces"].update(minimum=0),
        "lines[].pieces had minimum 1 and has 0",
    ),
]


@pytest.mark.parametrize("change", ADDITIONS)
def test_additions_break_nobody(change: Callable[[dict[str, Any]], object]) -> None:
    assert list(breaking(RELEASED, changed(change))) == []


@pytest.mark.parametrize(("change", "said"), BREAKS)
def test_everything_else_names_the_field(change: Callable[[dict[str, Any]], object], said: str) -> None:
    assert said in list(breaking(RELEASED, changed(change)))


def test_a_required_field_of_the_event_itself() -> None:
    assert list(breaking(RELEASED, {**RELEASED, "required": ["id", "lines"]})) == [
        "state was required and is optional"
    ]


def test_what_a_reference_points_at_is_compared_too() -> None:
    released = {"type": "object", "$ref": "#/$defs/order", "$defs": {"order": RELEASED}}
    other = {**released, "$defs": {"order": changed(lambda p: p.pop("note"))}}
    assert [said.partition(" {")[0] for said in breaking(released, other)] == ["the event had $defs"]


def test_closed_events_take_no_new_field() -> None:
    closed = {**RELEASED, "additionalProperties": False}
    wider = {**changed(lambda p: p.update(new={"type": "string"})), "additionalProperties": False}
    assert list(breaking(closed, wider)) == ["new is new in the event, which allowed no more"]


@pytest.mark.parametrize(
    ("name", "good", "command"),
    [
        ("OrderPlaced.v1", True, False),
        ("OrderPlaced", False, False),
        ("OrderPlaced.v0", False, False),
        ("SendEmail.v2", True, True),
        ("PaymentFailed.v12", True, False),
        ("ShipOrder.v1", True, True),
        ("PlaceOrder.v1", True, True),
    ],
)
def test_names(name: str, good: bool, command: bool) -> None:  # noqa: FBT001 - a table
    assert (versioned(name), is_command(name)) == (good, command)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of one contract, as released."""
    (tmp_path / "released").mkdir()
    for place in (tmp_path, tmp_path / "released"):
        (place / "OrderPlaced.v1.json").write_text(json.dumps(RELEASED))
    return tmp_path


def write(folder: Path, name: str, schema: object) -> None:
    (folder / f"{name}.json").write_text(json.dumps(schema))


def test_a_break_is_told_with_the_next_version(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, "OrderPlaced.v1", changed(lambda p: p.pop("note")))
    assert main(["contracts", str(folder), "--release"]) == 1
    assert capsys.readouterr().err.replace("\n", "") == (
        f"{folder}: OrderPlaced.v1: note is gone; consumers of OrderPlaced.v1 break, "
        "publish OrderPlaced.v2 beside it"
    )
    assert json.loads((folder / "released" / "OrderPlaced.v1.json").read_text()) == RELEASED


def test_the_next_version_goes_beside_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, "OrderPlaced.v2", changed(lambda p: p.pop("note")))
    assert main(["contracts", str(folder), "--release", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "contracts": [
            {"event": "OrderPlaced.v1", "state": "as released"},
            {"event": "OrderPlaced.v2", "state": "new"},
        ],
        "problems": [],
        "released": ["OrderPlaced.v2"],
    }
    assert Contracts(folder).unreleased() == []


def test_a_contract_that_was_promised_stays(folder: Path) -> None:
    (folder / "OrderPlaced.v1.json").rename(folder / "OrderPlaced.v2.json")
    assert Contracts(folder).problems() == [
        f"{folder}: OrderPlaced.v1: the contract is gone; keep it while it may still be consumed"
    ]


def test_names_are_looked_at_too(folder: Path) -> None:
    write(folder, "SendEmail.v1", RELEASED)
    write(folder, "orders", RELEASED)
    assert Contracts(folder).problems() == [
        f"{folder}: SendEmail.v1: must say what has happened, such as OrderPlaced; "
        "a command belongs into a queue",
        f"{folder}: orders: must be named <Event>.v<N>, such as OrderPlaced.v1",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "must be a JSON Schema"), ("[]", 'must be a JSON Schema of "type": "object"')],
)
def test_bad_input_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    (folder / "Bad.v1.json").write_text(text)
    assert main(["contracts", str(folder)]) == 2
    assert said in capsys.readouterr().err


def test_an_empty_folder_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", str(tmp_path)]) == 2
    assert "must be a folder with <Event>.v<N>.json, got none" in capsys.readouterr().err
