"""What a change of a score asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wellmade_runtime.messages import InvalidMessageError


@dataclass(frozen=True, slots=True)
class Case:
    """A user whom a person is to look at."""

    user: str
    clicks: int


def case_of(image: Mapping[str, Any] | None) -> Case | None:
    """Return the case that a score makes, or None when it is harmless.

    Raises:
        InvalidMessageError: If it is no score.
    """
    try:
        given = image or {}
        user = given["pk"].removeprefix("user#")
        return Case(user, int(given["clicks"])) if given["suspicious"] else None
    except (AttributeError, KeyError, TypeError, ValueError):
        raise InvalidMessageError("must be a score with pk, clicks and suspicious") from None
