import csv
import io
import itertools
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabular_ingest.tabular import records
from tabular_ingest.tabular.csv_rows import csv_rows
from tabular_ingest.tabular.lines import Line, read_lines
from tabular_ingest.tabular.rows import Reject, Row
from tabular_ingest.tabular.schema import Schema

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


def lines(text: str) -> list[Line]:
    return list(read_lines([text.encode()]))


def read(text: str) -> list[Row | Reject]:
    return list(csv_rows(iter(lines(text)), Schema()).rows)


@given(st.text('a,"\r\n', max_size=60), st.integers(4, 30))
def test_every_line_is_in_one_record_or_one_reject_or_blank(text: str, longest: int) -> None:
    left = {line.number: line.text for line in lines(text)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "LONGEST", longest)
        for record in records.read_records(iter(lines(text)), ","):
            rest = record.row if isinstance(record, Reject) else record.text
            for number in itertools.count(record.line):
                line = left.pop(number)  # a line in two records fails here
                assert rest.startswith(line)
                if not (rest := rest.removeprefix(line)):
                    break
    assert "".join(left.values()).strip("\r\n") == ""


@given(st.lists(st.sampled_from(['a","', '"', "a", '""', '"a"x', '"a",b', "", ",", 'b"'])))
def test_records_are_those_that_the_standard_reader_finds(written: list[str]) -> None:
    """Where it can read the whole file, strictly."""
    text = "\n".join(written)
    with suppress(csv.Error):
        wanted = [fields for fields in csv.reader(text.splitlines(keepends=True), strict=True) if fields]
        found = list(records.read_records(iter(lines(text)), ","))
        assert [each.fields for each in found if isinstance(each, records.Record)] == wanted
        assert len(found) == len(wanted)


@pytest.mark.parametrize("line", ['a","\n', '"\n', 'a,"b\n', '"a\n"x\n'], ids=repr)
def test_work_grows_with_the_bytes_also_where_every_line_opens_a_quote(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = 0
    outcome = records.outcome

    def counted(text: str, delimiter: str, *, quoted: bool) -> str:
        nonlocal looked_at
        looked_at += len(text)
        return outcome(text, delimiter, quoted=quoted)

    monkeypatch.setattr(records, "outcome", counted)
    text = line * 5000 + '""' * 10_000 + "x\n" + line * 5000
    given_ = lines(text)
    for _ in records.read_records(iter(given_), ","):
        pass
    assert looked_at <= 3 * len(text)


@given(st.lists(st.tuples(CELLS, CELLS)))
def test_what_a_csv_writer_writes_is_read(rows: list[tuple[str, str]]) -> None:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([("a", "b"), *rows])
    wanted = [{name: value for name, value in zip("ab", row, strict=True) if value} for row in rows]
    assert [row.values if isinstance(row, Row) else row for row in read(written.getvalue())] == wanted


@given(st.lists(st.text("a,é ", min_size=1)))
def test_loaded_and_rejected_are_all_lines(rows: list[str]) -> None:
    found = read("a,b\n" + "\n".join(rows))
    assert [row.line for row in found] == list(range(2, len(rows) + 2))
    assert [isinstance(row, Row) for row in found] == [row.count(",") == 1 for row in rows]


def test_quote_that_is_never_closed_costs_its_line_alone() -> None:
    found = read('a,b\n1,"open\n' + "2,x\n" * 50_000)
    reason = "a quote is opened and not closed within 65536 characters"
    assert [row for row in found if isinstance(row, Reject)] == [Reject(2, reason, '1,"open\n')]
    assert len(found) == 50_001


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ('1968, "x"', ["1968", "x"]),
        ('1968, "a, b"', ["1968", "a, b"]),
        ('1968,  "a ""b"""', ["1968", 'a "b"']),
        (" 1968, x", [" 1968", " x"]),
        ('" ""x""", y', [' "x"', " y"]),
        ('"1968"," ""x"""', ["1968", ' "x"']),
    ],
)
def test_spaces_before_a_quote_are_none_of_the_field(line: str, fields: list[str]) -> None:
    [row] = read(f"a,b\n{line}\n")
    assert isinstance(row, Row)
    assert list(row.values.values()) == fields


@pytest.mark.parametrize("line", ['1, "x', '1, "x" , 2', '1, "x" y'])
def test_a_quote_behind_a_space_that_is_not_closed_is_rejected(line: str) -> None:
    assert read(f"a,b\n{line}\n3,4\n")[0] == Reject(
        2, "a quote behind a space is not closed before the end of its field", f"{line}\n"
    )
