"""Parse a regular expression of JSON Schema (ECMA 262) into a tree, as far as it is regular."""

import re
from dataclasses import dataclass

from wellmade.contracts.patterns.unicode import CATEGORIES, TOP, Ranges, of_category

BEGIN, END = -1, -2
"""What stands before the first and behind the last character of a string: `^` and `$` are read as these."""


class IrregularError(ValueError):
    """A pattern that is no regular expression in the strict sense, or one too long to be expanded."""


@dataclass(frozen=True)
class Chars:
    """One character out of ranges."""

    ranges: Ranges


@dataclass(frozen=True)
class Sequence:
    """One part after the other."""

    parts: tuple["Tree", ...]


@dataclass(frozen=True)
class Either:
    """One of several."""

    options: tuple["Tree", ...]


@dataclass(frozen=True)
class Repeat:
    """A part several times, without an upper bound where `most` is None."""

    part: "Tree"
    least: int
    most: int | None


Tree = Chars | Sequence | Either | Repeat

_DIGIT: Ranges = ((48, 57),)
_WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE: Ranges = ((9, 13), (32, 32), (160, 160), (0x2028, 0x2029), (0xFEFF, 0xFEFF))
_LINE_ENDS: Ranges = ((10, 10), (13, 13), (0x2028, 0x2029))
_CONTROLS = {"n": 10, "r": 13, "t": 9, "f": 12, "v": 11, "0": 0}
_HEX = {"x": 2, "u": 4}
_CODE = re.compile("0{0,4}(?:[0-9a-fA-F]{1,5}|10[0-9a-fA-F]{4})")


def complement(ranges: Ranges) -> Ranges:
    """Return every other character."""
    found, start = [], 0
    for low, high in sorted(ranges):
        if low > start:
            found.append((start, low - 1))
        start = max(start, high + 1)
    if start <= TOP:
        found.append((start, TOP))
    return tuple(found)


_CLASSES = {
    "d": _DIGIT,
    "w": _WORD,
    "s": _SPACE,
    "D": complement(_DIGIT),
    "W": complement(_WORD),
    "S": complement(_SPACE),
}


def parse(pattern: str) -> Tree:
    """Return the tree of a pattern.

    Raises:
        IrregularError: If it looks around, refers back, or is no pattern at all.
    """
    reader = _Reader(pattern)
    try:
        tree = reader.either(0)
    except IndexError as error:
        raise IrregularError("it ends too early") from error
    if reader.at < len(pattern):
        raise IrregularError(f"{pattern[reader.at]!r} is out of place")
    return tree


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def either(self, depth: int) -> Tree:
        if depth > 30:
            raise IrregularError("it is nested too deep")
        options = [self._sequence(depth)]
        while self._next("|"):
            options.append(self._sequence(depth))
        return options[0] if len(options) == 1 else Either(tuple(options))

    def _sequence(self, depth: int) -> Tree:
        parts: list[Tree] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            part = self._repeated(self._atom(depth))
            if not (parts and parts[-1] == part and part in (Chars(((BEGIN, BEGIN),)), Chars(((END, END),)))):
                parts.append(part)
        return Sequence(tuple(parts))

    def _repeated(self, part: Tree) -> Tree:
        while self.at < len(self.text):
            bounds = self._bounds()
            if bounds is None:
                break
            part = Repeat(part, *bounds)
            self._next("?")
        return part

    def _bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._next(sign):
                return bounds
        if self.text[self.at] != "{":
            return None
        end = self.text.find("}", self.at)
        least, comma, most = self.text[self.at + 1 : end].partition(",")
        if end < 0 or not least.isdecimal() or not (most.isdecimal() or not most):
            return None
        self.at = end + 1
        if len(least) > 4 or len(most) > 4:
            raise IrregularError("it repeats too often")
        return int(least), (int(most) if most else None) if comma else int(least)

    def _atom(self, depth: int) -> Tree:
        char = self._take()
        if char == "(":
            return self._group(depth)
        if char == "[":
            return Chars(self._bracket())
        if char == "\\":
            return Chars(self._escape())
        if char in "*+?":
            raise IrregularError(f"{char!r} repeats nothing")
        fixed = {"^": ((BEGIN, BEGIN),), "$": ((END, END),), ".": complement(_LINE_ENDS)}
        return Chars(fixed.get(char, ((ord(char), ord(char)),)))

    def _group(self, depth: int) -> Tree:
        if self._next("?"):
            kind = self._take()
            if kind == "<" and self.text[self.at] not in "=!":
                self.at = self.text.index(">", self.at) + 1 if ">" in self.text[self.at :] else len(self.text)
            elif kind != ":":
                raise IrregularError("it looks around")
        inner = self.either(depth + 1)
        if not self._next(")"):
            raise IrregularError("a parenthesis is not closed")
        return inner

    def _bracket(self) -> Ranges:
        negated, found = self._next("^"), list[tuple[int, int]]()
        while self.text[self.at] != "]":
            low = self._member()
            if self.text[self.at] == "-" and self.text[self.at + 1] != "]" and _is_one(low):
                self.at += 1
                high = self._member()
                if not _is_one(high) or high[0][0] < low[0][0]:
                    raise IrregularError("a range is the wrong way round")
                low = ((low[0][0], high[0][0]),)
            found += low
        self.at += 1
        return complement(tuple(found)) if negated else tuple(sorted(found))

    def _member(self) -> Ranges:
        char = self._take()
        if char != "\\":
            return ((ord(char), ord(char)),)
        if self._next("b"):
            return ((8, 8),)
        return self._escape()

    def _escape(self) -> Ranges:
        char = self._take()
        if char in _CLASSES:
            return _CLASSES[char]
        if char in "pP" and self._next("{"):
            return self._category(negated=char == "P")
        if char == "u" and self._next("{"):
            code = int(_within(self._until("}"), _CODE, "\\u needs a number"), 16)
            return ((code, code),)
        if char in _HEX:
            digits = self.text[self.at : self.at + _HEX[char]]
            try:
                code = int(digits, 16)
            except ValueError as error:
                raise IrregularError(f"\\{char} needs a number") from error
            self.at += _HEX[char]
            return ((code, code),)
        code = _CONTROLS.get(char, ord(char))
        if char not in _CONTROLS and char.isalnum():
            raise IrregularError(f"\\{char} is not regular")
        return ((code, code),)

    def _category(self, *, negated: bool) -> Ranges:
        """Read a property of Unicode: a general category, short or long."""
        named = self._until("}").removeprefix("General_Category=").removeprefix("gc=")
        short = CATEGORIES.get(named, named)
        ranges = of_category(short)
        if not ranges:
            raise IrregularError(f"\\p{{{named}}} is not known")
        return complement(ranges) if negated else ranges

    def _until(self, end: str) -> str:
        place = self.text.find(end, self.at)
        if place < 0:
            raise IrregularError(f"{end!r} is missing")
        found, self.at = self.text[self.at : place], place + 1
        return found

    def _next(self, char: str) -> bool:
        found = self.at < len(self.text) and self.text[self.at] == char
        self.at += found
        return found

    def _take(self) -> str:
        self.at += 1
        return self.text[self.at - 1]


def _within(text: str, form: re.Pattern[str], refusal: str) -> str:
    if not form.fullmatch(text):
        raise IrregularError(refusal)
    return text


def _is_one(ranges: Ranges) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]
