"""Classes of scripts, and what is called in them by no name that is written."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from wellmade.prove.reading.script_tokens import Token, closing, places_of, text_at

NO_NAMES = {
    "as", "await", "case", "catch", "default", "delete", "do", "else", "for", "if", "in", "new", "of",
    "return", "switch", "throw", "typeof", "void", "while", "with", "yield",
}  # fmt: skip
_MODIFIERS = {"async", "private", "protected", "public", "readonly", "static"}


def by_values(tokens: Sequence[Token]) -> tuple[int, ...]:
    """Return the places of brackets that name, by a value, what is called: `table[kind](…)`, `this[kind]`."""
    own = {name for name, *_ in classes_of(tokens)}
    objects = {
        text_at(tokens, index - 2)
        for index in places_of(tokens, "new")
        if text_at(tokens, index - 1) == "=" and text_at(tokens, index + 1) in own
    }
    return tuple(index for index in places_of(tokens, "[") if _is_by_value(tokens, index, objects))


def _is_by_value(tokens: Sequence[Token], index: int, objects: AbstractSet[str]) -> bool:
    before, inner = text_at(tokens, index - 1), text_at(tokens, index + 1)
    is_owner = before[:1].isalpha() or before[:1] in ("_", "$", ")", "]")
    if not is_owner or before in NO_NAMES | {"const", "let", "var"}:
        return False
    close = closing(tokens, index)
    if close == index + 2 and (inner[:1] in ("'", '"') or inner[:1].isdigit()):
        return False
    behind = "".join(text_at(tokens, at) for at in range(close + 1, close + 4))
    is_called = behind.startswith(("(", "!(", "?.(", ".call", ".apply", ".bind"))
    return is_called or before in ("this", "exports") or before in objects


def classes_of(tokens: Sequence[Token]) -> Iterator[tuple[str, str, int, int]]:
    """Yield the classes of a source: name, what it extends, where its body begins and ends."""
    for index in places_of(tokens, "class"):
        if text_at(tokens, index - 1) != ".":
            here = range(index, min(index + 40, len(tokens)))
            start = next((at for at in here if tokens[at].text == "{"), 0)
            words = [tokens[at].text for at in range(index, start)]
            base = words[words.index("extends") + 1 :][:1] if "extends" in words else []
            if start:
                yield text_at(tokens, index + 1), "".join(base), start, closing(tokens, start)


def of_foreign_classes(tokens: Sequence[Token], own: AbstractSet[str]) -> list[range]:
    """Return where classes lie whose base no module of the project has: a library may call any method."""
    return [
        range(start, end)
        for _, base, start, end in classes_of(tokens)
        if base and base not in own and not base.endswith("Error")
    ]


def decorated(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the methods that a decorator hands to somebody: `go` of `@Get("/x") async go() {`."""
    for index in places_of(tokens, "@"):
        at = index + 2
        while text_at(tokens, at) == ".":
            at += 2
        at = closing(tokens, at) + 1 if text_at(tokens, at) == "(" else at
        while text_at(tokens, at) in _MODIFIERS:
            at += 1
        yield text_at(tokens, at)


def in_classes_of(tokens: Sequence[Token]) -> Iterator[int]:
    """Yield the places that lie in the body of a class, and in no other braces within it."""
    bodies = {start for _, _, start, _ in classes_of(tokens)}
    opened: list[bool] = []
    for index, token in enumerate(tokens):
        if token.text == "{":
            opened.append(index in bodies)
        elif token.text == "}" and opened:
            opened.pop()
        elif opened and opened[-1]:
            yield index


def own_objects(tokens: Sequence[Token], classes: AbstractSet[str]) -> Iterator[str]:
    """Yield the names of objects of the project's classes, of its modules, and of written objects."""
    texts = [each.text for each in tokens]
    for at, behind in enumerate(texts[1:-1]):
        text, value = texts[at], texts[at + 2]
        if text == "new" and behind in classes and text_at(tokens, at - 1) == "=":
            yield text_at(tokens, at - 2)
        elif (behind == "=" and (value == "{" or value in classes)) or (behind == ":" and value in classes):
            yield text
        elif text[:2] in ("'.", '".') and text_at(tokens, at - 1) == "from":
            yield text_at(tokens, at - 2)
        elif text[:2] in ("'.", '".') and text_at(tokens, at - 2) == "require":
            yield text_at(tokens, at - 4)
