"""Requests that are made from the description which the service serves; none of them is answered with 5xx."""

from typing import Any, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from order_api.app import Api

BY_HAND = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
"""`python -m bench.hostile_clients` sends 5,000 of them to the program itself."""


def test_no_request_is_answered_with_5xx(api: Api) -> None:
    import schemathesis  # takes a second, and every process imports all tests

    with TestClient(api.asgi()) as client:
        token = client.post("/sessions", json={"customer": "ada"}).json()["session"]
    schema = schemathesis.openapi.from_asgi("/openapi.json", api.asgi())
    operations = [cast(Any, each).ok() for each in schema.get_all_operations()]
    asked = {"POST /sessions", "POST /orders", "GET /orders/{order_id}"}
    assert asked <= {operation.label for operation in operations}
    strategies = [
        operation.as_strategy(generation_mode=mode)
        for operation in operations
        for mode in schemathesis.GenerationMode
    ]

    @BY_HAND
    @given(st.one_of(strategies))
    def property_(case: schemathesis.Case[Any]) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code < 500, (answer.status_code, answer.text)

    property_()
