import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabular_ingest.tabular.json_rows import json_rows
from tabular_ingest.tabular.lines import LONGEST, read_lines
from tabular_ingest.tabular.rows import Reject, Row
from tabular_ingest.tabular.schema import Schema, Value

FIRST = '{"first":"line"}\n'


def read(line: str) -> Row | Reject:
    [_, row] = json_rows(read_lines([(FIRST + line).encode()]), Schema()).rows
    return row


def values(line: str) -> dict[str, Value]:
    row = read(line)
    assert isinstance(row, Row)
    return row.values


TEXTS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1)
NAMES = TEXTS.filter(lambda name: name not in ("pk", "sk"))


@given(st.dictionaries(NAMES, TEXTS), st.booleans())
def test_text_is_read_as_it_was_written(cells: dict[str, str], ascii_only: bool) -> None:  # noqa: FBT001 - hypothesis
    assert values(json.dumps(cells, ensure_ascii=ascii_only)) == cells


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("1", "1"),
        ("1.50", "1.50"),
        ("0.1000000000000000055", "0.1000000000000000055"),
        ("1e400", "1E+400"),
        ("true", "true"),
        ('{"b": [1, 2.5, null, "é"]}', '{"b":[1,2.5,null,"é"]}'),
        ("[0.10000000000000000555, 1e999]", "[0.10000000000000000555,1E+999]"),
    ],
)
def test_other_values_become_text(written: str, text: str) -> None:
    assert values(f'{{"a": {written}}}') == {"a": text}


@pytest.mark.parametrize("empty", ['""', "null"])
def test_empty_values_are_left_out(empty: str) -> None:
    assert values(f'{{"a": {empty}, "b": 1}}') == {"b": "1"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            "{",
            "is no JSON that can be kept: Expecting property name enclosed in double quotes at character 1",
        ),
        ("3", "is no JSON object"),
        ('{"a":1,"a":2}', "is no JSON that can be kept: a name more than once in one object"),
        ('{"a":NaN}', "is no JSON that can be kept: NaN is no JSON"),
        (
            '{"a":"\\ud800"}',
            "is no JSON that can be kept: a text holds half of a surrogate pair",
        ),
        ('{"a":1e99999999999999999999}', "is no JSON that can be kept: a number out of range"),
        ('{"":1}', "column 1 has no name"),
        ('{"sk":1}', "column 'sk' is reserved for the table's key; rename it"),
        ('{"a":' + "[" * 30_000 + "]" * 30_000 + "}", "is no JSON that can be kept: more than 32 levels"),
    ],
)
def test_rejected_with_its_reason(line: str, reason: str) -> None:
    row = read(line)
    assert isinstance(row, Reject)
    assert (row.line, row.row) == (2, line)
    assert row.reason.startswith(reason)


def test_longest_line_makes_no_item_that_dynamodb_refuses() -> None:
    """Numbers inside lists grow most when written again: 1e5 becomes 1E+5."""
    numbers = ",".join(["1e5"] * 100_000)[: LONGEST - 20].rsplit(",", 1)[0]
    [item] = values(f'{{"a":[{numbers}]}}').values()
    assert LONGEST < len(str(item)) < 200 * 1024
