import pytest

from wellmade_runtime.messages import InvalidMessageError, text, whole_number
from wellmade_runtime.strict_json import kind


@pytest.mark.parametrize("value", ["a", "é" * 256])
def test_text(value: str) -> None:
    assert text({"name": value}, "name") == value


@pytest.mark.parametrize("value", ["", "x" * 257, None, 3, ["a"]])
def test_refuses_other_text(value: object) -> None:
    message = f"^name must be text of 1 to 256 characters, got {kind(value)}$"
    with pytest.raises(InvalidMessageError, match=message):
        text({"name": value}, "name")


@pytest.mark.parametrize("value", [1, 5])
def test_whole_number(value: int) -> None:
    assert whole_number({"count": value}, "count", least=1, most=5) == value


@pytest.mark.parametrize("value", [0, 6, 1.0, True, "1", None])
def test_refuses_other_numbers(value: object) -> None:
    got = "one out of bounds" if type(value) is int else kind(value)
    message = f"^count must be a whole number from 1 to 5, got {got}$"
    with pytest.raises(InvalidMessageError, match=message):
        whole_number({"count": value}, "count", least=1, most=5)
