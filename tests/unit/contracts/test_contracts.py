"""What may change within a version of an event, and what names the field when it may not."""

import copy
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wellmade.cli import main
from wellmade.contracts import Contracts, versioned
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
    said = " ".join(capsys.readouterr().err.split())
    assert 'OrderPlaced.v1: note: type was "string" and is not named; the new event {"id": "o", ' in said
    assert said.endswith(
        "breaks who reads by the released contract: {} is not of type 'string'; publish OrderPlaced.v2 beside it"
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
    [
        ("{", "must be a JSON Schema"),
        ("[]", "must be a JSON Schema, an object or a boolean, got []"),
        ('{"type": "strnig"}', "type must be a JSON Schema of 2020-12, 'strnig' is not valid"),
        ('{"minimum": 1, "exclusiveMinimum": true}', "name the draft that it is written for"),
        ('{"$schema": "http://json-schema.org/draft-03/schema#"}', "$schema must be draft 4, 6, 7"),
        ('{"type": "object", "type": "string"}', "'type' is there twice, of which one would be lost"),
        ('{"minimum": NaN}', "NaN is no number of JSON"),
        ('{"$ref": "#"}', "a $ref must not lead to itself; remove the cycle"),
        ('{"items": {"$ref": "#/$defs/no"}}', "items: $ref must lead to a schema, got nothing at #/$defs/no"),
        ('{"not": {"$ref": "#/enum"}, "enum": [1]}', "not: $ref must lead to a schema, got [1] at #/enum"),
        ('{"items": {"$ref": "#nowhere"}}', "$ref must lead to a schema, got nothing at #nowhere"),
        ('{"pattern": "a("}', "'a(' is not a 'regex'"),
    ],
)
def test_bad_input_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    (folder / "Bad.v1.json").write_text(text)
    (folder / "released" / "Bad.v1.json").write_text('{"type": "object"}')
    assert main(["contracts", str(folder)]) == 2
    assert said in capsys.readouterr().err


def test_an_empty_folder_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", str(tmp_path)]) == 2
    assert "must be a folder with <Event>.v<N>.json, got none" in capsys.readouterr().err


UNDECIDED = {"type": "object", "properties": {"id": {"type": "string", "pattern": "^(?=.*x)o"}}}


def test_what_cannot_be_decided_needs_a_word(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        folder,
        "released/OrderPlaced.v1",
        {"type": "object", "properties": {"id": {"type": "string", "pattern": "^(?=x)"}}},
    )
    write(folder, "OrderPlaced.v1", UNDECIDED)
    assert main(["contracts", str(folder), "--release"]) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "cannot be decided: a pattern is not regular: it looks around" in said
    assert "--compatible OrderPlaced.v1 --because" in said


def test_a_word_is_kept_beside_the_contract_for_that_change_only(folder: Path) -> None:
    write(
        folder,
        "released/OrderPlaced.v1",
        {"type": "object", "properties": {"id": {"type": "string", "pattern": "^(?=x)"}}},
    )
    write(folder, "OrderPlaced.v1", UNDECIDED)
    word = ["--compatible", "OrderPlaced.v1", "--because", "no id was ever without an x"]
    assert main(["contracts", str(folder), *word]) == 0
    kept = json.loads((folder / "OrderPlaced.v1.decision.json").read_text())
    assert kept["because"] == "no id was ever without an x"
    assert Contracts(folder).problems() == []
    write(
        folder,
        "OrderPlaced.v1",
        {**UNDECIDED, "properties": {"id": {"type": "string", "pattern": "^(?=y)o"}}},
    )
    assert len(Contracts(folder).problems()) == 2


@pytest.mark.parametrize(
    ("change", "word", "said"),
    [
        (lambda p: p.pop("note"), ["OrderPlaced.v1", "--because", "x"], "but note: type was"),
        (lambda p: p.update(new={}), ["OrderPlaced.v1", "--because", "x"], "it breaks nobody"),
        (lambda p: p.update(new={}), ["OrderPlaced.v1"], "--because must say why"),
        (lambda p: p.update(new={}), ["Other.v1", "--because", "x"], "one of OrderPlaced.v1, got Other.v1"),
    ],
)
def test_no_word_where_nothing_is_open(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[dict[str, Any]], object],
    word: list[str],
    said: str,
) -> None:
    write(folder, "OrderPlaced.v1", changed(change))
    assert main(["contracts", str(folder), "--compatible", *word]) == 2
    assert said in capsys.readouterr().err
    assert not (folder / "OrderPlaced.v1.decision.json").exists()


def test_an_addition_is_released(folder: Path) -> None:
    write(folder, "OrderPlaced.v1", changed(lambda p: p.update(gift={"type": "boolean"})))
    assert main(["contracts", str(folder), "--release"]) == 0
    assert "gift" in json.loads((folder / "released" / "OrderPlaced.v1.json").read_text())["properties"]


def test_no_event_is_named_so_that_a_file_would_lie_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / "contracts"
    folder.mkdir()
    messages = {"Out": {"name": "../../Out.v1", "payload": {"type": "object"}}}
    document = {"asyncapi": "3.0.0", "info": {}, "channels": {}, "components": {"messages": messages}}
    (folder / "api.json").write_text(json.dumps(document))
    assert main(["contracts", str(folder), "--compatible", "../../Out.v1", "--because", "x"]) == 2
    assert [file.name for file in tmp_path.rglob("*.json")] == ["api.json"]


def test_a_mark_of_the_encoding_is_no_part_of_a_contract(folder: Path) -> None:
    (folder / "OrderPlaced.v1.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(RELEASED).encode())
    assert Contracts(folder).problems() == []


@pytest.mark.parametrize("name", ["Pipe.v1.json", "released/Pipe.v1.yaml", "OrderPlaced.v1.decision.json"])
def test_a_pipe_is_not_waited_for(folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(folder / name)
    open_question = {"type": "object", "properties": {"id": {"type": "string", "pattern": "^(?=x)"}}}
    write(folder, "released/OrderPlaced.v1", open_question)
    write(folder, "OrderPlaced.v1", UNDECIDED)
    assert main(["contracts", str(folder)]) == 2
    assert f"{folder / name}: must be a file" in capsys.readouterr().err


def test_a_folder_that_is_called_like_a_contract_is_named(folder: Path) -> None:
    (folder / "Folder.v1.json").mkdir()
    with pytest.raises(ValueError, match=r"Folder.v1.json: must be a file; remove it"):
        Contracts(folder).problems()


def test_released_that_is_a_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "OrderPlaced.v1", RELEASED)
    (tmp_path / "released").write_text("")
    assert main(["contracts", str(tmp_path), "--release"]) == 2
    assert f"{tmp_path / 'released'}: must be a folder, of what was released" in capsys.readouterr().err


def test_the_only_contract_that_is_deleted_is_gone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "OrderPlaced.v1.json").unlink()
    assert main(["contracts", str(folder)]) == 1
    said = capsys.readouterr()
    assert "OrderPlaced.v1: the contract is gone; keep it while it may still be consumed" in said.err
    assert "gone" in said.out


def test_a_release_under_another_name_leaves_one_file(folder: Path) -> None:
    (folder / "OrderPlaced.v1.json").unlink()
    (folder / "OrderPlaced.v1.yaml").write_text(json.dumps(RELEASED))
    Contracts(folder).release()
    assert [file.name for file in (folder / "released").iterdir()] == ["OrderPlaced.v1.yaml"]
    assert Contracts(folder).problems() == []


def test_a_change_behind_a_reference_is_told_without_saying_the_same_twice(folder: Path) -> None:
    parts = [{"$ref": "#/$defs/a"}, {"type": "integer"}]
    old = {"$defs": {"a": {"type": "string"}}, "properties": {"id": {"anyOf": parts}}}
    new = {"$defs": {"a": {"type": "boolean"}}, "properties": {"id": {"anyOf": parts}}}
    write(folder, "released/OrderPlaced.v1", old)
    write(folder, "OrderPlaced.v1", new)
    problems = Contracts(folder).problems()
    assert problems
    for problem in problems:
        assert "in both, and takes other events since something beside or behind it changed" in problem


def test_long_texts_are_cut_to_where_they_differ(folder: Path) -> None:
    values = [f"value {number}" for number in range(100)]
    write(folder, "released/OrderPlaced.v1", {"enum": [*values, "old"]})
    write(folder, "OrderPlaced.v1", {"enum": [*values, "new"]})
    said = Contracts(folder).problems()[0]
    assert re.search(r'enum was \.\.\..*"old"\] and is \.\.\..*"new"\]', said), said


def test_a_field_of_a_pattern_of_names_is_described(folder: Path) -> None:
    write(
        folder,
        "released/OrderPlaced.v1",
        {"type": "object", "patternProperties": {"^x-": {"type": "string"}}},
    )
    write(folder, "OrderPlaced.v1", {"type": "object", "patternProperties": {"^x-": {"type": "integer"}}})
    assert 'x-: type was "string" and is "integer"' in Contracts(folder).problems()[0]


def test_true_and_one_are_two_contracts(tmp_path: Path) -> None:
    """Python takes them for equal, and a release would leave the old one in its place."""
    place = tmp_path / "released"
    place.mkdir()
    (place / "OrderPlaced.v1.json").write_text(json.dumps({"properties": {"paid": {"const": True}}}))
    (tmp_path / "OrderPlaced.v1.json").write_text(json.dumps({"properties": {"paid": {"const": 1}}}))
    assert Contracts(tmp_path).unreleased() == ["OrderPlaced.v1"]
