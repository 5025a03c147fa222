"""Gap: responses of routes and integrations of a WebSocket API are written down only."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from collections.abc import Callable
from typing import Any

from ministack.services import apigateway
from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]


def apply() -> None:
    """Make them by the API's own operations."""
    for kind, make, forget in (
        ("Route", apigateway._create_route_response, apigateway._delete_route_response),
        ("Integration", apigateway._create_integration_response, apigateway._delete_integration_response),
    ):
        if not dict.__contains__(provisioners._RESOURCE_HANDLERS, f"AWS::ApiGatewayV2::{kind}Response"):
            handler = _handler(kind, make, forget)
            provisioners._RESOURCE_HANDLERS[f"AWS::ApiGatewayV2::{kind}Response"] = handler


def _handler(kind: str, make: Callable[..., Any], forget: Callable[..., Any]) -> dict[str, Any]:
    def owner(properties: Properties) -> str:
        """Return the id of the route or integration; MiniStack refers to a route with its API before it."""
        return str(properties[f"{kind}Id"]).rpartition("/")[2]

    def create(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
        given = {f"{name[:1].lower()}{name[1:]}": value for name, value in properties.items()}
        status, _, body = make(properties["ApiId"], owner(properties), given)
        made = json.loads(body)
        if status >= 400:
            raise ValueError(str(made))
        return made[f"{kind.lower()}ResponseId"], {}

    def delete(identity: str, properties: Properties) -> None:
        forget(properties["ApiId"], owner(properties), identity)

    def update(
        identity: str, old: Properties, new: Properties, stack: str, logical_id: str = ""
    ) -> tuple[str, Properties]:
        delete(identity, old)
        return create(logical_id, new, stack)

    return {"create": create, "update": update, "delete": delete}
