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
    [_, row] = json_rows(read_lines([(FIRST + line).encode()]), Schema())
    return row


def values(line: str) -> dict[str, Value]:
    row = read(line)
    assert isinstance(row, Row)
    return row.values


NAMES = st.text(min_size=1).filter(lambda name: name not in ("pk", "sk"))


@given(st.dictionaries(NAMES, st.text(min_size=1)), st.booleans())
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
        ("{", "is no JSON: Expecting property name enclosed in double quotes at column 2"),
        ("3", "is no JSON object"),
        ('{"a":1,"a":2}', "holds a name more than once"),
        ('{"a":NaN}', "holds NaN, which is no JSON"),
        (
            '{"a":"\\ud800"}',
            "'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed",
        ),
        ('{"a":1e99999999999999999999}', "holds a number out of range, 1e99999999999999999999"),
        ('{"":1}', "column 1 has no name"),
        ('{"sk":1}', "column 'sk' is reserved for the table's key; rename it"),
        ('{"a":' + "[" * 30_000 + "]" * 30_000 + "}", "is nested too deeply"),
        ('{"a":[1e999]}', "Out of range float values are not JSON compliant"),
    ],
)
def test_rejected_with_its_reason(line: str, reason: str) -> None:
    row = read(line)
    assert isinstance(row, Reject)
    assert (row.line, row.row) == (2, line)
    assert row.reason.startswith(reason)


def test_longest_line_makes_no_item_that_dynamodb_refuses() -> None:
    """Numbers inside lists grow most when written again: 1e15 becomes 1000000000000000.0."""
    numbers = ",".join(["1e15"] * 100_000)[: LONGEST - 20].rsplit(",", 1)[0]
    [item] = values(f'{{"a":[{numbers}]}}').values()
    assert 200 * 1024 < len(str(item)) < 400 * 1024
