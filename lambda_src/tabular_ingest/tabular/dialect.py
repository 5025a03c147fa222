"""Which character stands between the columns of a file, found out from its first lines or refused."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from tabular_ingest.tabular.lines import Line
from tabular_ingest.tabular.records import read_records
from tabular_ingest.tabular.rows import Reject
from tabular_ingest.tabular.schema import Schema, bind
from wellmade_runtime.file_store import UnloadableError

DELIMITERS = (",", ";", "\t", "|")
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
SAMPLE_LINES, SAMPLE_SIZE = 200, 64 * 1024
_SEP = re.compile(r"sep=(.)\s*", re.IGNORECASE)
"""A first line with which Excel is told the delimiter; it is no header."""


def detect(lines: Iterator[Line], schema: Schema) -> tuple[str, Iterator[Line]]:
    """Return the delimiter of a file, and all its lines from the header on.

    Raises:
        UnloadableError: If more than one could be meant, or the file names one that is not read.
    """
    sample = _sample(lines)
    if sample and (found := _SEP.fullmatch(sample[0].text)):
        if found[1] not in DELIMITERS:
            raise UnloadableError("dialect", f"line 1: sep= must be one of {', '.join(NAMES.values())}")
        return found[1], chain(sample[1:], lines)
    return _chosen(sample, schema), chain(sample, lines)


def _sample(lines: Iterator[Line]) -> list[Line]:
    sample: list[Line] = []
    size = 0
    for line in islice(lines, SAMPLE_LINES):
        sample.append(line)
        size += len(line.text)
        if size > SAMPLE_SIZE:
            break
    return sample


def _chosen(sample: Sequence[Line], schema: Schema) -> str:
    """Return the delimiter by which the rows have as many columns as the header, and the header fits."""
    scores = {delimiter: _score(sample, delimiter, schema) for delimiter in DELIMITERS}
    best = max(scores.values())
    meant = [delimiter for delimiter, score in scores.items() if score == best]
    if best > (False, 0.0) and len(meant) > 1:
        names = " and ".join(NAMES[each] for each in meant)
        raise UnloadableError("dialect", f"{names} stand between the columns equally well; use one of them")
    if best[1] > 0:
        return meant[0]
    return _without_columns(sample)


def _score(sample: Sequence[Line], delimiter: str, schema: Schema) -> tuple[bool, float]:
    """Return whether the header is the schema's, and the share of rows with as many columns, if several."""
    records = [each for each in read_records(iter(sample), delimiter) if not isinstance(each, Reject)]
    width = len(records[0].fields) if records else 0
    if width < 2 or records[0].line != sample[0].number:
        return False, 0.0
    rows = [len(each.fields) == width for each in records[1:]]
    share = sum(rows) / len(rows) if rows else 1.0
    return _fits(records[0].fields, schema), share


def _fits(header: Sequence[str], schema: Schema) -> bool:
    if schema.columns is None:
        return False
    try:
        bind(schema, tuple(name.strip() for name in header))
    except ValueError:
        return False
    return True


def _without_columns(sample: Sequence[Line]) -> str:
    """Return the comma for a file of one column, unless half of its rows have as many by another delimiter.

    Not all of them need to: a comment, a title or a note stands between the rows of some files.
    """
    for delimiter in DELIMITERS[1:]:
        widths = Counter(
            len(next(csv.reader([line.text], delimiter=delimiter), []))
            for line in sample[1:]
            if not line.problem and line.text.strip()
        )
        alike = max((rows for width, rows in widths.items() if width > 1), default=0)
        if alike > 1 and 2 * alike >= widths.total():
            raise UnloadableError(
                "dialect", f"the rows have columns between {NAMES[delimiter]}s, the header has one column"
            )
    return ","
