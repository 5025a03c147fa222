"""Characters by what Unicode says of them, for patterns; source: Unicode's general categories."""

import unicodedata
from functools import lru_cache
from itertools import groupby

Ranges = tuple[tuple[int, int], ...]
TOP = 0x10FFFF
CATEGORIES = {
    "Letter": "L",
    "Uppercase_Letter": "Lu",
    "Lowercase_Letter": "Ll",
    "Titlecase_Letter": "Lt",
    "Modifier_Letter": "Lm",
    "Other_Letter": "Lo",
    "Mark": "M",
    "Number": "N",
    "Decimal_Number": "Nd",
    "Punctuation": "P",
    "punct": "P",
    "Symbol": "S",
    "Separator": "Z",
    "Space_Separator": "Zs",
    "Other": "C",
    "Control": "Cc",
}
"""Long names that schemas use, with the short ones."""
_SURROGATES = "Cs"


@lru_cache(maxsize=32)
def of_category(name: str) -> Ranges:
    """Return the characters of a general category, such as `Lu`, or of a group of them, such as `L`.

    Nothing where there is no such category, or where it has half characters only.
    """
    if not 0 < len(name) <= 2:
        return ()
    found: list[tuple[int, int]] = []
    for category, low, high in _runs():
        if not category.startswith(name) or category == _SURROGATES:
            continue
        joins = bool(found) and found[-1][1] == low - 1
        found.append((found.pop()[0] if joins else low, high))
    return tuple(found)


@lru_cache(maxsize=1)
def _runs() -> list[tuple[str, int, int]]:
    """Return all characters in runs of one category; there are some 3,300."""
    found, start = [], 0
    for category, codes in groupby(map(chr, range(TOP + 1)), unicodedata.category):
        end = start + sum(1 for _ in codes)
        found.append((category, start, end - 1))
        start = end
    return found
