"""What rules ask of values."""

import pytest

from wellmade.graph import (
    ABSENT,
    Attribute,
    Either,
    Pseudo,
    Text,
    Unknown,
    Value,
    as_list,
    as_mapping,
    document,
    flag,
    is_known,
    number,
    options,
    text,
    written,
)

UNKNOWN = Unknown("a parameter")
ARN = Attribute("s/Q", "Arn")


@pytest.mark.parametrize(
    ("value", "known"),
    [
        (0, True),
        (None, True),
        (ARN, True),
        (Pseudo("AWS::Region"), True),
        (UNKNOWN, False),
        (Text((ARN, "/*")), True),
        (Text(("a", UNKNOWN)), False),
        (Either("C", 1, 2), True),
        (Either("C", 1, UNKNOWN), False),
        ([UNKNOWN], True),
    ],
)
def test_known_is_what_the_templates_tell(value: Value, *, known: bool) -> None:
    assert is_known(value) is known


def test_no_accessor_answers_for_what_is_not_told() -> None:
    untold: list[Value] = [UNKNOWN, ARN, Either("C", 1, 2), Text(("a", UNKNOWN)), [1], {}, None]
    for value in untold:
        assert (number(value), flag(value), text(value)) == (None, None, None)


@pytest.mark.parametrize(
    ("value", "expected"), [("30", 30), (30, 30), ("3.5", 3.5), ("x", None), (True, None)]
)
def test_numbers_may_be_written_as_text(value: Value, expected: float | None) -> None:
    assert number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("True", True), ("false", False), (False, False), ("no", None), (1, None)]
)
def test_flags_may_be_written_as_text(value: Value, *, expected: bool | None) -> None:
    assert flag(value) is expected


def test_options_are_all_branches_but_absent_ones() -> None:
    value = Either("A", 1, Either("B", ABSENT, UNKNOWN))
    assert list(options(value)) == [1, UNKNOWN]


def test_lists_take_in_the_branches_of_the_list_and_of_its_entries() -> None:
    assert as_list(Either("A", [1, Either("B", 2, ABSENT)], [3])) == [1, 2, 3]
    assert as_list("one") == ["one"]
    assert as_list(None) == []


def test_a_mapping_is_the_first_branch_that_is_one() -> None:
    assert as_mapping(Either("A", ABSENT, {"a": 1})) == {"a": 1}
    assert as_mapping(UNKNOWN) == {}


def test_documents_keep_references() -> None:
    value = Text(('{"to": "', ARN, '", "all": "', ARN, '/*", "n": [1]}'))
    assert document(value) == {"to": ARN, "all": Text((ARN, "/*")), "n": [1]}
    assert document({"a": 1}) == {"a": 1}
    assert document("{") == Unknown("text that is no JSON document")
    assert document(Either("C", "[1]", "[2]")) == Either("C", [1], [2])


def test_values_are_written_for_people() -> None:
    value = Text(("x-", Pseudo("AWS::StackName", "s"), "-", ARN))
    assert written(value) == "x-${s:AWS::StackName}-${s/Q.Arn}"
    assert written(Either("C", 1, UNKNOWN)) == "1 or ${? a parameter}"
