"""What makes a payment suspicious, and what is said where something is not known."""

import json
from typing import Any

import pytest

from payment_score.domain import Payment, Profile, assess, payment_of
from wellmade_runtime.lookups import Answer
from wellmade_runtime.messages import InvalidMessageError

PAYMENT = Payment("p-1", "ada", 2_000, "DE")
USUAL: Answer[Profile | None] = Answer(Profile("DE", 1_500))
REQUEST: dict[str, Any] = {"payment_id": "p-1", "account": "ada", "amount_cents": 2_000, "country": "DE"}


def test_a_usual_payment_is_approved() -> None:
    found = assess(PAYMENT, USUAL, Answer(1))
    assert (found.score, found.decision, found.reasons, found.unknown) == (0, "approve", (), ())


@pytest.mark.parametrize(
    ("profile", "recent", "score", "decision"),
    [
        (Profile("FR", 1_500), 1, 25, "approve"),
        (Profile("FR", 100), 1, 50, "review"),
        (Profile("FR", 100), 6, 100, "decline"),
        (Profile("DE", 1_500), 5, 0, "approve"),
        (Profile("DE", 1_500), 6, 50, "review"),
        (Profile("DE", 400), 1, 0, "approve"),
        (Profile("DE", 399), 1, 25, "approve"),
        (None, 1, 20, "approve"),
        (None, 6, 70, "decline"),
    ],
)
def test_points_add_up(profile: Profile | None, recent: int, score: int, decision: str) -> None:
    found = assess(PAYMENT, Answer(profile), Answer(recent))
    assert (found.score, found.decision) == (score, decision)


def test_what_is_not_known_is_named_and_never_approved() -> None:
    without_profile = assess(PAYMENT, None, Answer(1))
    assert (without_profile.decision, without_profile.unknown) == ("review", ("profile",))
    without_cache = assess(PAYMENT, USUAL, None)
    assert (without_cache.score, without_cache.decision, without_cache.unknown) == (
        0,
        "review",
        ("velocity",),
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"country": "Germany"}, "country must be text of 1 to 2 characters"),
        ({"country": "de"}, "country must be two capital letters"),
        ({"amount_cents": 0}, "amount_cents must be a whole number"),
        ({"amount_cents": 1.5}, "amount_cents must be a whole number"),
        ({"account": ""}, "account must be text"),
        ({"payment_id": None}, "payment_id must be text"),
    ],
)
def test_what_is_no_payment_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidMessageError, match=said):
        payment_of(json.dumps({**REQUEST, **change}))
