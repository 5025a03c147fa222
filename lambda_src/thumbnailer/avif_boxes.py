"""The boxes of an AVIF file, and which properties belong to which of its pictures.

Source: ISO/IEC 14496-12 (boxes `meta`, `iprp`, `ipco`, `ipma`, `pitm`).
"""

from collections.abc import Iterator

Box = tuple[bytes, memoryview]
"""Kind and body; a body of a file that can be written to can be written to itself."""


def boxes(content: memoryview) -> Iterator[Box]:
    """Yield the boxes side by side, up to the first that is none."""
    at = 0
    while at + 8 <= len(content):
        length, head = int.from_bytes(content[at : at + 4], "big"), 8
        if length == 1:
            length, head = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        end = at + length if length else len(content)
        if length and length < head:
            return
        yield bytes(content[at + 4 : at + 8]), content[at + head : end]
        at = end


def inside(content: memoryview, *path: bytes) -> memoryview:
    """Return the body of the first box of a kind, of the next kind within it, and so on; empty for none."""
    for wanted in path:
        content = next((body for kind, body in boxes(content) if kind == wanted), memoryview(b""))
        if wanted == b"meta":
            content = content[4:]
    return content


def primary(meta: memoryview) -> int:
    """Return the number of the picture to be shown."""
    found = inside(meta, b"pitm")
    return int.from_bytes(found[4:8] if found[0] else found[4:6], "big")


def tables(meta: memoryview) -> list[memoryview]:
    """Return the tables of which property belongs to which picture; the standard asks for one."""
    return [body for kind, body in boxes(inside(meta, b"iprp")) if kind == b"ipma"]


def associations(table: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Yield a picture and the number of one of its properties, from 1 on, with a bit before it."""
    if len(table) < 8:
        return
    version, width = table[0], 1 + (table[3] & 1)
    count, at = int.from_bytes(table[4:8], "big"), 8
    for _ in range(min(count, len(table))):
        length = 4 if version else 2
        picture, properties = int.from_bytes(table[at : at + length], "big"), table[at + length]
        at += length + 1
        for _ in range(properties):
            yield picture, table[at : at + width]
            at += width


def index(association: memoryview) -> int:
    """Return the number without the bit, which says whether a reader must know the property."""
    return int.from_bytes(association, "big") & (0x7FFF if len(association) == 2 else 0x7F)
