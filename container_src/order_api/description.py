"""What the service takes and answers, as OpenAPI, served at `/openapi.json`."""

from typing import Any

from order_api.domain import LARGEST_AMOUNT, LONGEST_NAME, ORDER_ID


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": sorted(properties), "properties": properties}


_AMOUNT = {"type": "integer", "minimum": 1, "maximum": LARGEST_AMOUNT}
_NAME = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME, "pattern": "^[^\\u0000]*$"}
_NUMBER = {"type": "string", "pattern": f"^{ORDER_ID}$"}
_ORDER = _object(order_id=_NUMBER, customer=_NAME, amount_cents=_AMOUNT)
_ERROR = _object(error={"type": "string"})


def _json(schema: Any, text: str) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _errors(**texts: str) -> dict[str, Any]:
    return {status.removeprefix("s"): _json(_ERROR, text) for status, text in texts.items()}


def _body(schema: Any) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


_AWAY = "A dependency is away; the same request may succeed in a moment"
_LOGIN = "There is no session of this token"
DESCRIPTION: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Orders", "version": "1"},
    "components": {"securitySchemes": {"session": {"type": "http", "scheme": "bearer"}}},
    "paths": {
        "/health": {"get": {"responses": {"200": _json({"type": "object"}, "The process lives")}}},
        "/ready": {
            "get": {
                "responses": {
                    "200": _json({"type": "object"}, "Requests are served"),
                    "503": _json({"type": "object"}, "What is missing"),
                }
            }
        },
        "/openapi.json": {"get": {"responses": {"200": _json({"type": "object"}, "This")}}},
        "/sessions": {
            "post": {
                "requestBody": _body(_object(customer=_NAME)),
                "responses": {
                    "201": _json(_object(session={"type": "string"}), "The token of a session"),
                    **_errors(s400="The customer is no name", s413="The body is too large", s503=_AWAY),
                },
            }
        },
        "/orders": {
            "post": {
                "security": [{"session": []}],
                "parameters": [
                    {"name": "Idempotency-Key", "in": "header", "required": True, "schema": _NUMBER}
                ],
                "requestBody": _body(_object(amount_cents=_AMOUNT)),
                "responses": {
                    "201": _json(_ORDER, "The order, as it is kept"),
                    "200": _json(_ORDER, "The order, as it was kept before"),
                    **_errors(
                        s400="What is wrong",
                        s401=_LOGIN,
                        s413="The body is too large",
                        s422="The key was used for another order",
                        s503=_AWAY,
                    ),
                },
            }
        },
        "/orders/{order_id}": {
            "get": {
                "security": [{"session": []}],
                "parameters": [
                    {"name": "order_id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "responses": {
                    "200": _json(_ORDER, "The order"),
                    **_errors(s401=_LOGIN, s404="The customer has no such order", s503=_AWAY),
                },
            }
        },
    },
}
