"""An answer of a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from wellmade_runtime.messages import one_of, text

Kind = Literal["approve", "refuse", "seen"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody says to a question."""

    question_id: str
    kind: Kind
    by: str


def answer_of(event: Mapping[str, Any]) -> Answer:
    """Read an answer.

    Raises:
        InvalidMessageError: If a field is missing or is not what it should be.
    """
    kind = cast(Kind, one_of(event, "answer", "approve", "refuse", "seen"))
    return Answer(text(event, "id"), kind, text(event, "by"))
