"""How long a caller waits at most, and what cannot be kept."""

from collections.abc import Iterable

COLD_START = 100
"""Milliseconds that a cold start may take by itself: they are from under 100 ms to over a second.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

Attempts = tuple[float, float]
"""The timeout of one attempt, and how many there are."""


def worst_case(own_work: float, lookups: Iterable[Attempts]) -> float:
    """Return how long an answer takes where every attempt of every lookup uses up its time.

    Args:
        own_work: What everything else takes.
        lookups: They are made one after the other.
    """
    return own_work + sum(timeout * attempts for timeout, attempts in lookups)
