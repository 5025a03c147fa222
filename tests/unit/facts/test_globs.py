import pytest

from wellmade.facts.globs import can_both_match
from wellmade.facts.s3 import overlapping_filters


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("a/*", "a/b*.csv", True),
        ("a/*", "b/*", False),
        ("*", "", True),
        ("a*c", "*b*", True),
        ("a?c", "abc", True),
        ("a?", "abc", False),
        ("*.json", "in/*.csv", False),
        ("in/*.csv", "*.csv", True),
        ("**", "a", True),
        ("a", "", False),
    ],
)
def test_tells_whether_a_text_matches_two_patterns(one: str, other: str, *, both: bool) -> None:
    assert can_both_match(one, other) is can_both_match(other, one) is both


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ([("in/", ".csv"), ("in/", ".jsonl")], 0),
        ([("in/", ".csv"), ("in/", "a.csv")], 1),
        ([("in/", ".csv"), ("in/new/", ".csv")], 1),
        ([("in/", ".csv"), ("out/", ".csv")], 0),
        ([("", ""), ("in/", ".csv"), ("in/", ".json")], 2),
    ],
)
def test_finds_filters_that_match_one_key(filters: list[tuple[str, str]], found: int) -> None:
    assert len(list(overlapping_filters(filters))) == found
