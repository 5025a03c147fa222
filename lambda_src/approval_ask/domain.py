"""A question to people."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wellmade_runtime.messages import InvalidMessageError, text


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, about what, and the token that ends the wait."""

    question_id: str
    question: str
    about: str
    token: str


def question_of(event: Mapping[str, Any]) -> Question:
    """Read what the workflow asks. The id follows from the token and does not tell it.

    Raises:
        InvalidMessageError: If there is no token or no question.
    """
    token = event.get("token")
    if not isinstance(token, str) or not token:
        raise InvalidMessageError("token must be a task token, got none")
    return Question(
        question_id=hashlib.sha256(token.encode()).hexdigest()[:32],
        question=text(event, "question"),
        about=json.dumps(event.get("about"), sort_keys=True),
        token=token,
    )


def words(question: Question) -> str:
    """Return what people are told: everything but the token."""
    return json.dumps(
        {"id": question.question_id, "question": question.question, "about": json.loads(question.about)}
    )
