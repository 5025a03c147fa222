"""The demo judges the pipeline by its own reading of the files, so that reading is tested by hand."""

import pytest

from demo.expected import Ignored, Loaded, Quarantined, SetAside, expected
from demo.samples import Sample, samples


def test_rows_are_known_by_the_line_they_start_on() -> None:
    body = b'id,note\n1,"two\nlines"\n\n2,\n3,a,b\n4,d\n'
    assert expected(Sample("", "incoming/a.csv", body)) == Loaded(
        rows={2: {"id": "1", "note": "two\nlines"}, 5: {"id": "2"}, 7: {"id": "4", "note": "d"}},
        rejected=frozenset({6}),
    )


def test_json_values_are_taken_as_they_are_written() -> None:
    body = b'{"a": 1.50, "b": true, "c": null, "d": [1, "x"]}\n\n{"a": "e"}\n'
    assert expected(Sample("", "incoming/a.jsonl", body)) == Loaded(
        rows={1: {"a": "1.50", "b": "true", "d": '["1","x"]'}, 3: {"a": "e"}}, rejected=frozenset()
    )


@pytest.mark.parametrize(
    ("sample", "what"),
    [
        (Sample("", "incoming/a.csv", "a,b\n".encode("utf-16")), Quarantined()),
        (Sample("", "incoming/a.csv", b"a,b\n", customer_key="k" * 32), SetAside()),
        (Sample("", "archive/a.csv", b"a,b\n"), Ignored()),
    ],
)
def test_other_ends(sample: Sample, what: object) -> None:
    assert expected(sample) == what


def test_the_demo_shows_every_end_and_bad_rows_among_good_ones() -> None:
    ends = [expected(sample) for sample in samples()]
    assert {type(end) for end in ends} == {Loaded, Quarantined, SetAside, Ignored}
    assert any(isinstance(end, Loaded) and end.rows and end.rejected for end in ends)
