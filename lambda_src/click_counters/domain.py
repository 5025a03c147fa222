"""What a click adds to the dashboard."""

from collections.abc import Mapping

from sample_shop.clicks import Click


def amounts(click: Click) -> Mapping[str, int]:
    """Return the counters of a click: its page, and all pages."""
    return {f"page#{click.page}": 1, "all": 1}
