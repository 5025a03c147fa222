"""Scripts of any size are read: what is looked up for each token is worked out once for all."""

from functools import cached_property
from itertools import product
from pathlib import Path

import pytest

from wellmade.prove.reading import typescript
from wellmade.prove.reading.script_blocks import Block, reached_places
from wellmade.prove.reading.script_tokens import Tokens, closing, tokens_of


def test_every_bracket_knows_where_it_is_closed() -> None:
    tokens = tokens_of("f((a), [b, { c: d }]); g(")
    found = {at: closing(tokens, at) for at, each in enumerate(tokens) if each.text in "({["}
    assert "".join(each.text for each in tokens) == "f((a),[b,{c:d}]);g("
    assert found == {1: 15, 2: 4, 6: 14, 9: 13, 18: len(tokens)}


@pytest.mark.parametrize("names", list(product(("", "outer"), ("", "inner"))))
def test_what_stands_in_a_function_that_nobody_calls_is_not_reached(names: tuple[str, str]) -> None:
    blocks = [Block("outer", 2, 8), Block("inner", 4, 6)]
    found = reached_places(blocks, frozenset(names), 10)
    for place in range(10):
        assert found[place] == all(each.name in names for each in blocks if each.start <= place < each.end)


def test_brackets_in_each_other_are_matched_without_recursion() -> None:
    tokens = tokens_of("(" * 20_000 + ")" * 20_000)
    assert isinstance(tokens, Tokens)
    assert closing(tokens, 0) == len(tokens) - 1


def test_the_tokens_are_walked_once_for_all_functions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walks: list[int] = []
    of_source = vars(Tokens)["closings"]

    def walk(tokens: Tokens) -> dict[int, int]:
        walks.append(len(tokens))
        found: dict[int, int] = of_source.func(tokens)
        return found

    counted = cached_property(walk)
    counted.__set_name__(Tokens, "closings")
    monkeypatch.setattr(Tokens, "closings", counted)
    entry = tmp_path / "app.js"
    functions = "".join(f"function f{number}(a) {{ return (a, [f{number}]); }}\n" for number in range(300))
    entry.write_text(functions + "exports.handler = async (e) => f1(e);\n")
    assert typescript.read(entry, "handler", (tmp_path,)) == ([], [])
    assert len(walks) == 1
