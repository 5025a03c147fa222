"""PNG without its texts, which say nothing about the picture and may be larger than it."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TEXTS = {b"tEXt", b"zTXt", b"iTXt"}
_AROUND = 12
"""Bytes of a chunk besides its data: length, name and check sum."""


def without_texts(content: bytes) -> bytes:
    """Return a PNG without text chunks, any other file as it is.

    Pillow unpacks each text and refuses the picture where that is much. A chunk that is cut off ends this:
    whether the rest can be read is for the decoder to say.
    """
    if not content.startswith(_SIGNATURE):
        return content
    kept, at, begin = [], len(_SIGNATURE), 0
    while len(content) - at >= _AROUND:
        end = at + _AROUND + int.from_bytes(content[at : at + 4], "big")
        if content[at + 4 : at + 8] in _TEXTS:
            kept.append(content[begin:at])
            begin = min(end, len(content))
        at = end
    return b"".join([*kept, content[begin:]]) if kept else content
