"""Types for consumers: what they take and what they refuse, by mypy and by Node."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from wellmade.cli import main

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["id", "state", "lines", "place"],
    "properties": {
        "id": {"type": "string", "description": "Of the order."},
        "state": {"enum": ["new", "old", None, 3]},
        "total": {"type": ["number", "null"]},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}},
        "place": {"oneOf": [{"$ref": "#/$defs/shop"}, {"type": "string"}]},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "content-type": {"type": "string"},
        "anything": {},
    },
    "$defs": {
        "line": {
            "type": "object",
            "required": ["sku"],
            "properties": {
                "sku": {"type": "string"},
                "parts": {"type": "array", "items": {"$ref": "#/$defs/line"}},
            },
        },
        "shop": {"type": "object", "required": ["class"], "properties": {"class": {"const": "shop"}}},
    },
}
GOOD = "event: OrderPlacedV1 = {'id': 'a', 'state': 'new', 'place': 'here', 'lines': [{'sku': 'x', 'parts': [{'sku': 'y'}]}], 'total': None, 'content-type': 'x', 'labels': {'a': 'b'}}"
BAD = {
    "a field that is missing": GOOD.replace("'id': 'a', ", ""),
    "a value that is not listed": GOOD.replace("'new'", "'lost'"),
    "a wrong type": GOOD.replace("'id': 'a'", "'id': 1"),
    "a wrong type below": GOOD.replace("'y'", "1"),
    "a wrong value of a map": GOOD.replace("'b'", "2"),
    "a wrong member of a union": GOOD.replace("'here'", "{'class': 'depot'}"),
}


@pytest.fixture(scope="module")
def types(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contracts")
    (folder / "OrderPlaced.v1.json").write_text(json.dumps(SCHEMA))
    assert main(["contracts", str(folder), "--to-types", str(folder / "types")]) == 0
    return folder / "types"


def test_python_types_take_and_refuse(types: Path) -> None:
    lines = [GOOD, *BAD.values()]
    program = "from order_placed_v1 import OrderPlacedV1\n" + "\n".join(
        line.replace("event:", f"event{number}:") for number, line in enumerate(lines)
    )
    (types / "consumer.py").write_text(program)
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(types / "cache"), "consumer.py"],
        cwd=types,
        capture_output=True,
        text=True,
        check=False,
    )
    wrong = {int(line.split(":")[1]) - 2 for line in checked.stdout.splitlines() if " error: " in line}
    assert wrong == set(range(1, len(lines))), checked.stdout


def test_python_types_are_a_module(types: Path) -> None:
    done = subprocess.run(
        [sys.executable, "order_placed_v1.py"], cwd=types, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_typescript_types(types: Path) -> None:
    text = (types / "order_placed_v1.ts").read_text()
    assert "export interface OrderPlacedV1 {" in text
    for line in (
        "  /** Of the order. */\n  id: string;",
        '  state: "new" | "old" | null | 3;',
        "  total?: number | null;",
        "  lines: Array<OrderPlacedV1LinesItem>;",
        "  place: OrderPlacedV1Place1 | string;",
        "  labels?: Record<string, string>;",
        '  "content-type"?: string;',
        "  anything?: unknown;",
        "  parts?: Array<OrderPlacedV1LinesItem>;",
        '  class: "shop";',
    ):
        assert line in text


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {"type": "string"},
        {"oneOf": [{"type": "null"}, {"const": 1}]},
        {"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"properties": {"b": {"type": "integer"}}}}},
        {
            "$ref": "#/$defs/steps",
            "$defs": {
                "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}},
                "step": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/steps"}]},
            },
        },
    ],
)
def test_any_schema_has_types(tmp_path: Path, schema: object) -> None:
    (tmp_path / "OrderPlaced.v1.json").write_text(json.dumps(schema))
    assert main(["contracts", str(tmp_path), "--to-types", str(tmp_path)]) == 0
    text = (tmp_path / "order_placed_v1.py").read_text()
    compile(text, "order_placed_v1.py", "exec")
    assert "OrderPlacedV1" in text


def folder_with(tmp_path: Path, *names: str) -> list[str]:
    for name in names:
        (tmp_path / f"{name}.json").write_text('{"type": "object"}')
    return ["contracts", str(tmp_path), "--to-types", str(tmp_path / "types")]


@pytest.mark.parametrize("name", ["order_placed_v1.py", "order_placed_v1.ts"])
def test_no_other_file_is_written_over(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = folder_with(tmp_path, "OrderPlaced.v1")
    (tmp_path / "types").mkdir()
    (tmp_path / "types" / name).write_text("theirs")
    assert main(command) == 2
    assert f"{name}: must be a file that --to-types wrote, got another" in capsys.readouterr().err
    assert [(file.name, file.read_text()) for file in (tmp_path / "types").iterdir()] == [(name, "theirs")]


def test_types_are_written_again(tmp_path: Path) -> None:
    command = folder_with(tmp_path, "OrderPlaced.v1")
    assert (main(command), main(command)) == (0, 0)


def test_two_events_of_one_module_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = folder_with(tmp_path, "OrderPlaced.v1", "ORDERPlaced.v1", "Order-placed.v1")
    assert main(command) == 2
    assert "order_placed_v1.py: must be the types of one event" in capsys.readouterr().err
    assert not (tmp_path / "types").exists()


def test_a_name_that_begins_with_a_digit_gets_a_module_that_can_be_imported(tmp_path: Path) -> None:
    main(folder_with(tmp_path, "3D.v1"))
    text = (tmp_path / "types" / "event_3_d_v1.py").read_text()
    compile(text, "event_3_d_v1.py", "exec")
    assert "Event3DV1 = " in text
