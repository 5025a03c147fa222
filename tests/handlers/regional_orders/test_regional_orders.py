"""Orders of one side: each version once, in the home region of its tenant."""

import json
from types import ModuleType
from typing import Any

import pytest

from tests.handlers.support import Context, error, hooked, items, recorded
from wellmade_runtime.home_regions import HomeRegions, MovedError, first_home

HERE = next(each for each in "abcdef" if first_home(each) == "primary")
THERE = next(each for each in "abcdef" if first_home(each) == "secondary")
ORDER, HOME = "/tenants/{tenant}/orders/{order_id}", "/tenants/{tenant}/home"


def ask(regional: ModuleType, route: str, tenant: str = HERE, body: object = None) -> tuple[int, Any]:
    event = {
        "routeKey": route,
        "requestContext": {"http": {"method": route.split(maxsplit=1)[0]}},
        "pathParameters": {"tenant": tenant, "order_id": "o-1"},
        "body": json.dumps(body),
    }
    answer = regional.handler(event, Context())
    return answer["statusCode"], json.loads(answer["body"])


def put(regional: ModuleType, cents: int, version: int, tenant: str = HERE) -> int:
    return ask(regional, f"PUT {ORDER}", tenant, {"amount_cents": cents, "version": version})[0]


def test_each_version_follows_the_one_before(regional: ModuleType) -> None:
    assert [put(regional, 5, 1), put(regional, 7, 2)] == [200, 200]
    kept = {"tenant": HERE, "order_id": "o-1", "amount_cents": 7, "version": 2}
    assert ask(regional, f"GET {ORDER}") == (200, kept)
    assert [put(regional, 9, 4), put(regional, 9, 2), put(regional, 9, 1)] == [409, 409, 409]
    assert ask(regional, f"GET {ORDER}") == (200, kept)


def test_what_is_sent_again_in_the_other_region_is_kept_once(regional: ModuleType) -> None:
    assert [put(regional, 5, 1), put(regional, 5, 1)] == [200, 200]
    assert len(items("orders")) == 1


def test_a_tenant_is_written_at_home_alone_and_read_everywhere(regional: ModuleType) -> None:
    status, told = ask(regional, f"PUT {ORDER}", THERE, {"amount_cents": 5, "version": 1})
    assert (status, told["home"]) == (421, "secondary")
    assert ask(regional, f"GET {ORDER}", THERE)[0] == 404
    assert items("orders") == []


def test_a_tenant_moves_and_is_written_here_from_then_on(regional: ModuleType) -> None:
    for _ in range(2):
        assert ask(regional, f"PUT {HOME}", THERE, {"side": "primary"}) == (200, {"home": "primary"})
    assert put(regional, 5, 1, THERE) == 200
    assert ask(regional, f"PUT {HOME}", THERE, {"side": "secondary"}) == (200, {"home": "secondary"})
    assert put(regional, 5, 2, THERE) == 421


def test_of_two_who_move_a_tenant_at_once_one_is_told(regional: ModuleType) -> None:
    homes: HomeRegions = regional.homes
    first: list[bool] = []

    def move_before(**_: Any) -> None:
        if not first:
            first.append(True)
            homes.move(THERE, to="primary")

    with hooked(regional, "before-call.dynamodb.PutItem", move_before), pytest.raises(MovedError):
        homes.move(THERE, to="primary")


def test_half_of_the_tenants_live_on_each_side() -> None:
    homes = [first_home(f"tenant-{number}") for number in range(1000)]
    assert 400 < homes.count("primary") < 600


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"amount_cents": -1, "version": 1}, "amount_cents must be a whole number"),
        ({"amount_cents": 5}, "version must be a whole number"),
        ([], "body must be a JSON object"),
    ],
)
def test_what_is_no_order_is_refused(regional: ModuleType, body: object, said: str) -> None:
    status, answer = ask(regional, f"PUT {ORDER}", HERE, body)
    assert status == 400
    assert said in answer["error"]


def test_health_is_that_of_the_replica(regional: ModuleType) -> None:
    assert ask(regional, "GET /health") == (200, {"side": "primary"})
    with hooked(regional, "before-call.dynamodb.GetItem", error("InternalServerError", 500)):
        assert ask(regional, "GET /health")[0] == 503


def test_health_fails_where_a_region_is_cut_off_from_the_others(regional: ModuleType) -> None:
    """With strong consistency eventual reads go on there, and consistent ones fail as writes do."""
    with recorded(regional) as calls:
        ask(regional, "GET /health")
    assert [parameters["ConsistentRead"] for _, parameters in calls] == [True]


def test_a_side_that_is_none_and_a_name_that_is_none_are_refused(regional: ModuleType) -> None:
    assert ask(regional, f"PUT {HOME}", HERE, {"side": "tertiary"})[0] == 400
    assert ask(regional, f"GET {ORDER}", "a b")[0] == 400
