"""How suspicious a payment is, by what is known of the account at this moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from wellmade_runtime.lookups import Answer
from wellmade_runtime.messages import InvalidMessageError, read_object, text, whole_number

MOST_BYTES = 10_000
MOST_CENTS = 100_000_000
PROFILE, VELOCITY = "profile", "velocity"
"""The two lookups, by the names that the stack gives them."""
WINDOW = 60
"""Seconds over which payments of one account are counted."""
MANY = 5
"""Payments within the window, and one more is unusual."""
TIMES_TYPICAL = 5
"""An amount so many times the typical one is unusual."""
REVIEW, DECLINE = 30, 70
"""From which score on a person looks at a payment, and from which it is declined."""

Decision = Literal["approve", "review", "decline"]


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that somebody wants to make."""

    payment_id: str
    account: str
    amount_cents: int
    country: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What an account usually does."""

    country: str
    typical_cents: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is said of a payment."""

    score: int
    """0 to 100."""
    decision: Decision
    reasons: tuple[str, ...]
    unknown: tuple[str, ...]
    """Lookups that did not answer in their time; the score knows nothing of them."""

    def as_json(self) -> Mapping[str, Any]:
        """Return it as callers read it."""
        return {
            "score": self.score,
            "decision": self.decision,
            "reasons": list(self.reasons),
            "unknown": list(self.unknown),
        }


def payment_of(body: str) -> Payment:
    """Read a payment from a request.

    Raises:
        InvalidMessageError: If a field is missing or of a wrong kind.
    """
    fields = read_object(body, most_bytes=MOST_BYTES)
    country = text(fields, "country", most=2)
    if not (country.isascii() and country.isalpha() and country.isupper() and len(country) == 2):
        raise InvalidMessageError("country must be two capital letters, as in DE")
    return Payment(
        text(fields, "payment_id", most=64),
        text(fields, "account", most=64),
        whole_number(fields, "amount_cents", least=1, most=MOST_CENTS),
        country,
    )


def assess(
    payment: Payment, profile: Answer[Profile | None] | None, recent: Answer[int] | None
) -> Assessment:
    """Score a payment by what is known; what is not known is named, and never taken for harmless.

    Args:
        payment: What somebody wants to pay.
        profile: What the account usually does; an answer of None where it is new, None without an answer.
        recent: Payments of the account within the window, this one included; None without an answer.
    """
    points: dict[str, int] = {}
    if profile is not None:
        points |= _of_profile(payment, profile.value)
    if recent is not None and recent.value > MANY:
        points["many payments in a minute"] = 50
    unknown = tuple(name for name, answer in ((PROFILE, profile), (VELOCITY, recent)) if answer is None)
    score = min(100, sum(points.values()))
    return Assessment(score, _decision(score, is_complete=not unknown), tuple(points), unknown)


def _of_profile(payment: Payment, profile: Profile | None) -> dict[str, int]:
    if profile is None:
        return {"new account": 20}
    points = {}
    if payment.country != profile.country:
        points["another country"] = 25
    if payment.amount_cents > profile.typical_cents * TIMES_TYPICAL:
        points["unusual amount"] = 25
    return points


def _decision(score: int, *, is_complete: bool) -> Decision:
    if score >= DECLINE:
        return "decline"
    return "approve" if score < REVIEW and is_complete else "review"
