"""What stands between columns is found out, said, or refused; no file is loaded as one column by mistake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabular_ingest.tabular.csv_rows import csv_rows
from tabular_ingest.tabular.dialect import DELIMITERS, NAMES
from tabular_ingest.tabular.lines import read_lines
from tabular_ingest.tabular.rows import Reading, Row
from tabular_ingest.tabular.schema import Schema, parse_schema
from wellmade_runtime.file_store import UnloadableError

CELLS = st.text('abc 1."', min_size=1)


def read(text: str, schema: Schema | None = None) -> Reading:
    return csv_rows(read_lines([text.encode()]), schema or Schema())


def values(reading: Reading) -> list[list[object]]:
    return [list(row.values.values()) for row in reading.rows if isinstance(row, Row)]


@given(st.sampled_from(DELIMITERS), st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5))
def test_each_delimiter_is_found(delimiter: str, rows: list[tuple[str, str, str]]) -> None:
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
    text = "\n".join(delimiter.join(row) for row in [["x", "y", "z"], *quoted])
    reading = read(text)
    assert reading.dialect == NAMES[delimiter]
    assert values(reading) == [list(row) for row in rows]


def test_decimal_commas_are_no_columns() -> None:
    reading = read("name;price\nA;1,5\nB;2,25\n")
    assert (reading.dialect, values(reading)) == ("semicolon", [["A", "1,5"], ["B", "2,25"]])


def test_semicolons_in_the_texts_of_a_comma_file_are_no_columns() -> None:
    reading = read("name,note\nA,a;b\nB,c\n")
    assert (reading.dialect, values(reading)) == ("comma", [["A", "a;b"], ["B", "c"]])


def test_a_delimiter_that_the_file_names_is_taken_and_is_no_header() -> None:
    reading = read("sep=;\nname;price\nA;1\n")
    [row] = reading.rows
    assert isinstance(row, Row)
    assert (reading.dialect, row.line, row.values) == ("semicolon", 3, {"name": "A", "price": "1"})


def test_a_delimiter_that_is_not_read_is_refused() -> None:
    with pytest.raises(
        UnloadableError, match=r"^dialect: line 1: sep= must be one of comma, semicolon, tab, pipe$"
    ):
        read("sep=:\na:b\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a;b,c\n1;2,3\n", "comma and semicolon stand between the columns equally well"),
        ("name\na;b\nc;d\ne;f\n", "the rows have columns between semicolons, the header has one column"),
        (
            "# a comment\n# another\na;b\n# one more\n1;3\n6;7\n# the end\n",
            "the rows have columns between semicolons, the header has one column",
        ),
        ("a title\n\nx\ty\n1\t2\n3\t4\na note\n", "the rows have columns between tabs"),
    ],
)
def test_what_is_not_clear_is_refused(text: str, said: str) -> None:
    with pytest.raises(UnloadableError, match=said):
        read(text)


def test_the_schema_decides_where_both_could_be_meant() -> None:
    schema = parse_schema('{"a": "text", "b,c": "text"}')
    reading = read("a;b,c\n1;2,3\n", schema)
    assert (reading.dialect, values(reading)) == ("semicolon", [["1", "2,3"]])


def test_texts_with_a_semicolon_now_and_then_are_one_column() -> None:
    text = "note\nfine\nlate; again\nlate; lost; found\nfine\n"
    assert read(text).dialect == "comma"


def test_one_column_is_one_column() -> None:
    reading = read("name\nAda\nBob\n")
    assert (reading.dialect, values(reading)) == ("comma", [["Ada"], ["Bob"]])
