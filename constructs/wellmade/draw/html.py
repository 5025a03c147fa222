"""A picture as one page to look around in: find, choose, enlarge; it asks for nothing from outside."""

from html import escape
from pathlib import Path

from wellmade.draw.text import writable


def as_html(svg: str, title: str) -> str:
    """Return the page around an SVG."""
    page = Path(__file__).with_name("page.html").read_text(encoding="utf-8")
    return page.replace("@TITLE@", escape(writable(title))).replace("@SVG@", svg)
