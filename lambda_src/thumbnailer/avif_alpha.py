"""AVIF with alpha as Pillow's decoder takes it: other readers bear what writers leave out or write twice.

It refuses a file with two tables of properties, as early writers made one for the picture and one for its
alpha, and an alpha whose size is not written down because it is the picture's. Nothing here moves a byte.

Source: ISO/IEC 23008-12 (boxes `ipma`, `auxC`, `ispe`), ISO/IEC 23000-22 (alpha).
"""

from itertools import groupby
from operator import itemgetter

from thumbnailer.avif_boxes import associations, boxes, index, inside, primary, tables

_ALPHA = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"


def with_plain_alpha(content: bytes) -> bytes:
    """Return an AVIF whose tables differ and whose alpha has a size, any other file as it is."""
    if content[4:8] != b"ftyp":
        return content
    changed = bytearray(content)
    try:
        meta = inside(memoryview(changed), b"meta")
        found = tables(meta)
        _tell_apart(found)
        _give_size(found, [*boxes(inside(meta, b"iprp", b"ipco"))], primary(meta))
    except IndexError:
        return content  # cut off: what of it can be read is for the decoder to say
    return bytes(changed)


def _tell_apart(found: list[memoryview]) -> None:
    """Number the tables in flags that mean nothing, and leave the one that does: no two may have the same."""
    for number, table in enumerate(found):
        table[1:4] = (number << 1 | table[3] & 1).to_bytes(3, "big")


def _give_size(found: list[memoryview], described: list[tuple[bytes, memoryview]], shown: int) -> None:
    """Give an alpha the picture's size, in place of its bits a sample, which the decoder does not need."""
    kinds = [b"", *(kind for kind, _ in described)]
    kept = [(kind, bytes(body[4 : 4 + len(_ALPHA)])) for kind, body in described]
    alphas = {number for number, each in enumerate(kept, 1) if each == (b"auxC", _ALPHA)}
    pairs = [pair for table in found for pair in associations(table)]
    size = next((index(at) for picture, at in pairs if picture == shown and kinds[index(at)] == b"ispe"), 0)
    for _, group in groupby(pairs, itemgetter(0)):
        own = [at for _, at in group]
        depth = next((at for at in own if kinds[index(at)] == b"pixi"), None)
        if depth and alphas & {index(at) for at in own} and b"ispe" not in {kinds[index(at)] for at in own}:
            depth[:] = size.to_bytes(len(depth), "big")
