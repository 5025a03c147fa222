import json
from types import ModuleType
from typing import Any

import pytest

from tests.handlers.support import Context, error, hooked, items

DOLL = {"name": "Doll", "category": "toys", "price_cents": 1250}


def ask(catalog: ModuleType, method: str, body: object = None, sku: str = "A-1") -> tuple[int, Any]:
    event = {
        "requestContext": {"http": {"method": method}},
        "pathParameters": {"sku": sku},
        "body": body if isinstance(body, str) else json.dumps(body),
    }
    answer = catalog.handler(event, Context())
    assert answer["headers"] == {"content-type": "application/json"}
    return answer["statusCode"], json.loads(answer["body"])


def test_a_product_lives(catalog: ModuleType) -> None:
    kept = {"sku": "A-1", **DOLL}
    assert ask(catalog, "POST", DOLL) == (201, kept)
    assert ask(catalog, "GET") == (200, kept)
    cheaper = {**DOLL, "price_cents": 1000}
    assert ask(catalog, "PUT", cheaper) == (200, {"sku": "A-1", **cheaper})
    assert ask(catalog, "DELETE") == (200, {"sku": "A-1"})
    assert ask(catalog, "GET") == (404, {"error": "there is no such product"})
    assert items("products") == []


def test_what_is_sent_twice_is_kept_once(catalog: ModuleType) -> None:
    assert [ask(catalog, "POST", DOLL)[0] for _ in range(2)] == [201, 201]
    other = ask(catalog, "POST", {**DOLL, "name": "Bear"})
    assert other == (409, {"error": "there is another product of this number"})
    assert [ask(catalog, "DELETE")[0] for _ in range(2)] == [200, 200]


def test_what_is_not_there_is_not_replaced(catalog: ModuleType) -> None:
    assert ask(catalog, "PUT", DOLL)[0] == 404
    assert items("products") == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "body must be a JSON object"),
        ({**DOLL, "price_cents": -1}, "price_cents must be bigger than or equal to 0"),
        ({**DOLL, "price_cents": 1.0}, "price_cents must be integer"),
        ({**DOLL, "colour": "red"}, "must not contain"),
        ({"name": "Doll"}, "must contain"),
    ],
)
def test_what_does_not_match_the_schema_is_refused(catalog: ModuleType, body: object, said: str) -> None:
    status, answer = ask(catalog, "POST", body)
    assert status == 400
    assert said in answer["error"]
    assert items("products") == []


def test_a_number_that_is_none_is_refused(catalog: ModuleType) -> None:
    for method in ("GET", "DELETE", "PUT", "POST"):
        assert ask(catalog, method, DOLL, sku="a b")[0] == 400


def test_a_table_that_does_not_answer_asks_for_it_again(catalog: ModuleType) -> None:
    with hooked(catalog, "before-call.dynamodb.GetItem", error("ThrottlingException")):
        assert ask(catalog, "GET") == (503, {"error": "please send it again"})
