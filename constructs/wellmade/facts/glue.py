"""What Glue and Athena take as columns of a table."""

import re

COLUMN_NAME_LENGTH = 255
"""Characters. https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html"""

_NAME = re.compile(rf"\w{{1,{COLUMN_NAME_LENGTH}}}")
_SIMPLE = frozenset(
    {"bigint", "binary", "boolean", "char", "date", "decimal", "double", "float", "int", "smallint", "string"}
    | {"timestamp", "tinyint", "varchar"}
)
"""Source: https://docs.aws.amazon.com/athena/latest/ug/data-types.html"""
_SIZED = re.compile(r"(?:char|varchar)\(\d+\)|decimal\(\d+(?:,\d+)?\)")
_OF_OTHERS = re.compile(r"(array|map|struct)<(.*)>")


def is_column_name(text: str) -> bool:
    """Tell whether a column may have a name: letters, digits and underscores."""
    return _NAME.fullmatch(text) is not None


def is_column_type(text: str) -> bool:
    """Tell whether there is a type, such as `decimal(10,2)` or `map<string,array<int>>`."""
    text = "".join(text.lower().split())
    if text in _SIMPLE or _SIZED.fullmatch(text):
        return True
    found = _OF_OTHERS.fullmatch(text)
    if not found:
        return False
    kind, parts = found[1], _parts(found[2])
    if kind == "struct":
        fields = [part.partition(":") for part in parts]
        return all(name and is_column_type(of) for name, _, of in fields)
    return len(parts) == {"array": 1, "map": 2}[kind] and all(is_column_type(part) for part in parts)


def _parts(text: str) -> list[str]:
    """Return what commas divide, those within brackets left out."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "<(") - (letter in ">)")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
