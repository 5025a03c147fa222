"""How often a JPEG makes its decoder go over the whole picture."""

import re

_JPEG = b"\xff\xd8"
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
"""Neither a byte of the picture (followed by 00), nor a restart within it, nor padding."""
_SCAN, _END = 0xDA, 0xD9
_SEGMENTS = 10_000


def scans_of(content: bytes, most: int) -> int:
    """Return the scans of a file's first picture, none for other files; counting ends beyond `most`.

    Segments are skipped by their length, so that neither a preview in the camera's notes nor a film behind
    the picture counts. More segments than any file has count as too many scans.
    """
    scans, at = 0, len(_JPEG)
    if not content.startswith(_JPEG):
        return 0
    for _ in range(_SEGMENTS):
        found = _MARKER.search(content, at)
        if not found or found[0][1] == _END or scans > most:
            return scans
        scans += found[0][1] == _SCAN
        at = found.end() + int.from_bytes(content[found.end() : found.end() + 2], "big")
    return most + 1
