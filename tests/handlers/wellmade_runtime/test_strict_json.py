"""One decoder for what strangers send, and one kind of error."""

import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellmade_runtime.strict_json import DEEPEST, InvalidJsonError, kind, read_json

SECRET = "4111111111111111"
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**37), 10**37)
    | st.text(st.characters(exclude_characters="\0", codec="utf-8"))
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(st.characters(exclude_characters="\0", codec="utf-8")), inner)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_reads_what_can_be_kept(value: object) -> None:
    assert read_json(json.dumps(value)) == value
    assert read_json(json.dumps(value, ensure_ascii=False).encode(), decimals=True) == value


@given(st.binary() | st.text(st.characters()))
def test_anything_else_is_one_kind_of_error(given_: bytes | str) -> None:
    with suppress(InvalidJsonError):
        read_json(given_)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 100_000, "levels"),
        ("[" * 30_000 + "]" * 30_000, "levels"),
        ('{"a":' * (DEEPEST + 1) + "1" + "}" * (DEEPEST + 1), "more than 32 levels"),
        ("1" * 4000, "a number of more than 38 digits"),
        ("1" * 5000, "a number of more than 38 digits"),
        ("1e999", "a number out of range"),
        ("NaN", "NaN is no JSON"),
        ("[-Infinity]", "-Infinity is no JSON"),
        ('"\\ud800"', "a text holds half of a surrogate pair"),
        ('{"\\u0000": 1}', "a text holds a NUL character"),
        ('{"a": 1, "a": 2}', "a name more than once in one object"),
        (b"\xff", "not UTF-8 at byte 0"),
        (f'{{"card": "{SECRET}', "Unterminated string"),
        (f"[{SECRET}{SECRET}{SECRET}]", "a number of more than 38 digits"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_says_what_is_wrong_and_repeats_nothing(text: str | bytes, said: str) -> None:
    with pytest.raises(InvalidJsonError, match=said) as raised:
        read_json(text)
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None


def test_decimals_keep_their_digits() -> None:
    assert read_json("[0.1000000000000000055511151231257827]", decimals=True) == [
        Decimal("0.1000000000000000055511151231257827")
    ]


@pytest.mark.parametrize(
    "value", [SECRET, int(SECRET), 4111.5, [SECRET], {SECRET: SECRET}, None, True, object()]
)
def test_a_kind_does_not_repeat_the_value(value: object) -> None:
    assert "4111" not in kind(value)
