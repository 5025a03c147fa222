"""Changes of contracts, each with the events that show whom it breaks, as a validator of its draft sees them."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from wellmade.contracts.compare import CONSUMERS, compare
from wellmade.contracts.schema import schema_of

Row = dict[str, Any]
OURS = Path(__file__).parent / "changes"
JUDGED = Path("/work/shared/data/contracts/changes.json")
"""Changes that others judged, where they are present."""


FORMATS = jsonschema.FormatChecker()
"""With what `jsonschema` checks with other packages only."""
FORMATS.checks("date-time", raises=ValueError)(
    lambda text: "T" in text and bool(datetime.fromisoformat(text))
)
FORMATS.checks("uri")(lambda text: ":" in text)


def ours() -> list[Any]:
    return [
        pytest.param(row, id=f"{file.stem}: {row['change']}")
        for file in sorted(OURS.glob("*.json"))
        for row in json.loads(file.read_text())
    ]


def judged() -> list[Any]:
    if not JUDGED.exists():
        return []
    return [pytest.param(row, id=row["change"]) for row in json.loads(JUDGED.read_text())]


def allows(schema: Any, event: Any) -> bool:
    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    bounds = {"int32": 2**31, "int64": 2**63}
    form = schema.get("properties", {}).get("f") if isinstance(schema, dict) else None
    if isinstance(form, dict) and form.get("format") in bounds and isinstance(event, dict):
        return bool(-bounds[form["format"]] <= event["f"] < bounds[form["format"]])
    return bool(kind(schema, format_checker=FORMATS).is_valid(event))


@pytest.mark.parametrize("row", ours())
def test_what_a_change_breaks(row: Row) -> None:
    verdict = compare(schema_of(row["old"], "old"), schema_of(row["new"], "new"))
    assert verdict.undecided == []
    broken = {found.who for found in verdict.breaks}
    wanted = {
        who
        for who, key in ((CONSUMERS, "breaks_consumers"), ("kept events", "no_longer_read"))
        if row[key] is not None
    }
    assert broken == wanted, [str(found) for found in verdict.breaks]


@pytest.mark.parametrize("row", ours())
def test_the_events_of_the_table_are_witnesses(row: Row) -> None:
    for event, allowing, refusing in (
        (row["breaks_consumers"], row["new"], row["old"]),
        (row["no_longer_read"], row["old"], row["new"]),
    ):
        assert event is None or (allows(allowing, event), allows(refusing, event)) == (True, False)


@pytest.mark.parametrize("row", ours())
def test_what_is_found_is_a_witness(row: Row) -> None:
    for found in compare(schema_of(row["old"], "old"), schema_of(row["new"], "new")).breaks:
        allowing, refusing = (row["new"], row["old"]) if found.who == CONSUMERS else (row["old"], row["new"])
        assert (allows(allowing, found.event), allows(refusing, found.event)) == (True, False), str(found)


def test_there_are_enough() -> None:
    assert len(ours()) >= 150


@pytest.mark.skipif(not JUDGED.exists(), reason=f"{JUDGED} is not on this machine")
@pytest.mark.parametrize("row", judged())
def test_changes_that_others_judged(row: Row) -> None:
    verdict = compare(schema_of(row["old"], "old"), schema_of(row["new"], "new"))
    assert verdict.undecided == []
    broken = {found.who for found in verdict.breaks}
    assert (CONSUMERS not in broken) == row["old_consumers_read_new_events"]
    assert ("kept events" not in broken) == row["new_schema_reads_old_events"]
