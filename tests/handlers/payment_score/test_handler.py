"""Scores over HTTP: what stores say, and what is answered when they do not."""

import json
import threading
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.handlers.support import Context, client, error, hooked
from wellmade_runtime.lookups import Attempts, Lookups

REQUEST = {"payment_id": "p-1", "account": "ada", "amount_cents": 2_000, "country": "DE"}


def ask(scoring: ModuleType, **changes: object) -> tuple[int, Any]:
    answer = scoring.handler({"body": json.dumps({**REQUEST, **changes})}, Context())
    return answer["statusCode"], json.loads(answer["body"])


def keep(account: str, country: str, typical_cents: int) -> None:
    item = {
        "pk": {"S": f"account#{account}"},
        "country": {"S": country},
        "typical_cents": {"N": str(typical_cents)},
    }
    client("dynamodb").put_item(TableName="profiles", Item=item)


@pytest.fixture
def hang(monkeypatch: pytest.MonkeyPatch, scoring: ModuleType) -> Iterator[Callable[..., None]]:
    """Let stores hang until the test is over, each with its call; the other lookups have all the time."""
    gate = threading.Event()
    names = {"profiles": "profile", "latest": "velocity"}

    def let_hang(**stores: str) -> None:
        plan = {name: Attempts(0.01 if store in stores else 30) for store, name in names.items()}
        monkeypatch.setattr(scoring, "lookups", Lookups(plan, failures=scoring.FAILURES))
        for store, call in stores.items():
            monkeypatch.setattr(scoring, store, type("Slow", (), {call: lambda *_: gate.wait()})())

    yield let_hang
    gate.set()


def test_scores_by_the_profile_and_the_latest_payments(scoring: ModuleType) -> None:
    keep("ada", "DE", 1_500)
    usual = {"score": 0, "decision": "approve", "reasons": [], "unknown": []}
    assert ask(scoring) == (200, usual)
    reasons = ["another country", "unusual amount"]
    told = {"score": 50, "decision": "review", "reasons": reasons, "unknown": []}
    assert ask(scoring, payment_id="p-2", country="FR", amount_cents=100_000) == (200, told)


def test_many_payments_of_one_account_are_noticed(scoring: ModuleType) -> None:
    keep("ada", "DE", 1_500)
    scores = [ask(scoring, payment_id=f"p-{number}")[1]["score"] for number in range(7)]
    assert scores == [0, 0, 0, 0, 0, 50, 50]
    assert ask(scoring, account="bob")[1]["reasons"] == ["new account"]


def test_a_payment_that_is_asked_for_again_counts_once(scoring: ModuleType) -> None:
    keep("ada", "DE", 1_500)
    assert {ask(scoring)[1]["score"] for _ in range(10)} == {0}


def test_payments_of_one_number_and_other_contents_are_several(scoring: ModuleType) -> None:
    keep("ada", "DE", 1_500)
    scores = [ask(scoring, amount_cents=1_000 + number)[1]["score"] for number in range(7)]
    assert scores == [0, 0, 0, 0, 0, 50, 50]


def test_payments_of_the_window_before_count_too(
    monkeypatch: pytest.MonkeyPatch, scoring: ModuleType
) -> None:
    moment = 6_000.0
    store = type(scoring.latest)(scoring.latest.cache, lambda: moment)
    monkeypatch.setattr(scoring, "latest", store)
    for number in range(6):
        moment = 6_000.0 + number * 20
        found = ask(scoring, payment_id=f"p-{number}")[1]["score"]
    assert found == 70
    moment += 180
    assert ask(scoring, payment_id="p-9")[1]["score"] == 20


def test_a_table_that_is_late_is_named_and_nothing_approved(
    hang: Callable[..., None], scoring: ModuleType
) -> None:
    hang(profiles="find")
    told = {"score": 0, "decision": "review", "reasons": [], "unknown": ["profile"]}
    assert ask(scoring) == (200, told)


def test_a_cache_that_fails_is_named(monkeypatch: pytest.MonkeyPatch, scoring: ModuleType) -> None:
    keep("ada", "DE", 1_500)
    closed = redis.Redis(port=1, retry=Retry(NoBackoff(), 0))
    monkeypatch.setattr(scoring, "latest", type(scoring.latest)(closed))
    assert ask(scoring)[1] == {"score": 0, "decision": "review", "reasons": [], "unknown": ["velocity"]}


def test_nothing_known_is_no_score(hang: Callable[..., None], scoring: ModuleType) -> None:
    hang(profiles="find", latest="add")
    assert ask(scoring) == (
        503,
        {"error": "nothing is known of the account right now; please send it again"},
    )


def test_a_table_that_refuses_is_no_missing_profile(scoring: ModuleType) -> None:
    with hooked(scoring, "before-call.dynamodb.GetItem", error("AccessDeniedException")):
        assert ask(scoring)[1]["unknown"] == ["profile"]


@pytest.mark.not_deployed("a table that there is not")
def test_the_function_starts_without_its_stores(monkeypatch: pytest.MonkeyPatch, scoring: ModuleType) -> None:
    closed = redis.Redis(port=1, retry=Retry(NoBackoff(), 0))
    monkeypatch.setattr(scoring, "latest", type(scoring.latest)(closed))
    monkeypatch.setattr(scoring, "profiles", type(scoring.profiles)(scoring.profiles.dynamodb, "none"))
    scoring.open_connections()


def test_what_is_no_payment_is_refused(scoring: ModuleType) -> None:
    status, answer = ask(scoring, amount_cents=-1)
    assert (status, answer["error"]) == (
        400,
        "amount_cents must be a whole number from 1 to 100000000, got one out of bounds",
    )
    assert scoring.handler({"body": "{"}, Context())["statusCode"] == 400
