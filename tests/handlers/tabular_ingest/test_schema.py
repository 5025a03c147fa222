from datetime import date
from decimal import Decimal

import pytest
from boto3.dynamodb.types import DYNAMODB_CONTEXT
from hypothesis import given
from hypothesis import strategies as st

from tabular_ingest.tabular.schema import TYPES, bind, convert, parse_schema

ORDERS = '{"id": "integer", "price": "decimal?", "day": "date?", "note": "text?"}'


def typed(kind: str, text: str) -> object:
    schema = parse_schema(f'{{"a": "{kind}"}}')
    return convert(bind(schema, ("a",)), [text])["a"]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", " é ", " é "),
        ("integer", "-007", -7),
        ("integer", "9" * 38, int("9" * 38)),
        ("decimal", "1.50", Decimal("1.50")),
        ("decimal", "+.5e-3", Decimal("0.0005")),
        ("decimal", "-0e999", Decimal(0)),
        ("date", "2024-02-29", date(2024, 2, 29)),
    ],
)
def test_value_of_a_type(kind: str, text: str, value: object) -> None:
    assert typed(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *(("integer", text) for text in ("1.0", "1_000", " 1", "٣", "9" * 39, "one", "0x1")),
        *(
            ("decimal", text)
            for text in ("1,5", "NaN", "Infinity", "1e126", "1e-131", "9" * 39, ".", "1e5000")
        ),
        *(("date", text) for text in ("20240229", "2023-02-29", "2024-W01-1", "29.02.2024", "2024-2-9")),
    ],
)
def test_refused_by_a_type(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=rf"^a: must be an? {kind}.*, got "):
        typed(kind, text)


@given(st.from_regex(r"[+-]?[0-9]{0,45}\.?[0-9]{0,45}([eE][+-]?[0-9]{1,3})?", fullmatch=True))
def test_accepted_decimal_is_one_that_dynamodb_holds(text: str) -> None:
    try:
        value = TYPES["decimal"](text)
    except ValueError:
        return
    assert isinstance(value, Decimal)
    assert DYNAMODB_CONTEXT.create_decimal(value) == value


def test_empty_values_are_left_out_unless_required() -> None:
    columns = bind(parse_schema(ORDERS), ("note", "id", "price"))
    assert convert(columns, ["", "1", ""]) == {"id": 1}
    with pytest.raises(ValueError, match=r"^id: must not be empty$"):
        convert(columns, ["", "", ""])


@pytest.mark.parametrize("text", [None, ""])
def test_without_a_schema_every_column_is_optional_text(text: str | None) -> None:
    assert convert(bind(parse_schema(text), ("a", "b")), ["1", ""]) == {"a": "1"}


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ("[]", r"^SCHEMA must be a JSON object of column to type, got '\[\]'$"),
        ("{}", "^SCHEMA must be a JSON object of column to type"),
        ('{"a": "float"}', "^SCHEMA: a must be one of text, integer, decimal, date, .* got 'float'$"),
        ('{"a": null}', "^SCHEMA: a must be one of .*, got None$"),
        ('{"pk": "text"}', "^column 'pk' is reserved for the table's key; rename it$"),
        ("{", "^SCHEMA must be JSON: Expecting property name"),
    ],
)
def test_refuses_a_wrong_schema(schema: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_schema(schema)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("id", ""), "^column 2 has no name$"),
        (("id", "sk"), "^column 'sk' is reserved for the table's key; rename it$"),
        (("id", "id"), "^column 'id' appears more than once$"),
        (("id", "size"), "^unknown column 'size'; allowed: id, price, day, note$"),
        (("day",), "^missing column 'id'$"),
    ],
)
def test_refuses_wrong_columns(names: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        bind(parse_schema(ORDERS), names)


def test_error_shows_a_long_value_in_part() -> None:
    with pytest.raises(ValueError, match=r"^a: .*, got '(x){60}'$"):
        typed("integer", "x" * 1000)


class Counted(str):
    """A name that counts how often it is compared."""

    __slots__ = ()
    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str.__eq__(self, other)


def test_a_header_of_many_names_with_one_twice_is_refused_by_looking_at_each_a_few_times() -> None:
    names = [Counted(number) for number in range(2_000)]
    with pytest.raises(ValueError, match="'1999' appears more than once"):
        bind(parse_schema(None), (*names, Counted(1999)))
    assert Counted.compared < 10 * len(names)
