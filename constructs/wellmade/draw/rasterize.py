"""Draw the SVG at stdin as a PNG to stdout: `rasterize.py OPTIONS`, what resvg takes as JSON.

It is a process of its own since resvg, which takes ten seconds for a large picture, lets no other thread of
its process go on, not even the one that says that the command is at work.
"""

import json
import sys


def main() -> None:
    """Draw one."""
    import resvg_py  # noqa: PLC0415 - only who wants a PNG needs it

    svg = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(bytes(resvg_py.svg_to_bytes(svg_string=svg, **json.loads(sys.argv[1]))))


if __name__ == "__main__":
    main()
