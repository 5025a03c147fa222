"""A picture as one page to look around in: find, choose, enlarge; it asks for nothing from outside."""

from html import escape
from pathlib import Path

from wellmade.draw.text import writable


def as_html(svg: str, title: str) -> str:
    """Return the page around an SVG."""
    page = Path(__file__).with_name("page.html").read_text(encoding="utf-8")
    # The picture goes in first and in one place: a title may hold any text, this sign too.
    before, after = page.split("@SVG@")
    shown = escape(writable(title))
    return svg.join(part.replace("@TITLE@", shown) for part in (before, after))
