"""Gap: validators of a template are names alone, and methods forget theirs, so that no body is checked.

It also knows a model for each content type, and none for all others.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from typing import Any

from ministack.services import apigateway_v1
from ministack.services.cloudformation import provisioners

_DEFAULT, _JSON = "$default", "application/json"


def apply() -> None:
    """Let methods keep their validators."""
    handler = provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::Method"]
    create, update = handler["create"], handler["update"]

    def create_and_keep(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        made = create(logical_id, properties, stack)
        _keep(properties)
        return made

    def update_and_keep(identity: str, old: Any, properties: dict[str, Any], stack: str) -> Any:
        made = update(identity, old, properties, stack)
        _keep(properties)
        return made

    handler |= {"create": create_and_keep, "update": update_and_keep}
    validators = provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::RequestValidator"]
    validators |= {"create": _create, "update": _update, "delete": _delete}


def _create(logical_id: str, properties: dict[str, Any], _stack: str) -> Any:
    flags = {
        name: str(properties.get(f"{name[:1].upper()}{name[1:]}", "")).lower() == "true"
        for name in ("validateRequestBody", "validateRequestParameters")
    }
    _, _, body = apigateway_v1._create_request_validator(
        properties["RestApiId"], {"name": properties.get("Name", logical_id), **flags}
    )
    identity = json.loads(body)["id"]
    return identity, {"RequestValidatorId": identity}


def _update(identity: str, _old: Any, properties: dict[str, Any], stack: str) -> Any:
    made = _create(identity, properties, stack)
    _delete(identity, properties)
    return made


def _delete(identity: str, properties: dict[str, Any]) -> None:
    apigateway_v1._delete_request_validator(properties.get("RestApiId", ""), identity)


def _keep(properties: dict[str, Any]) -> None:
    resources = apigateway_v1._resources.get(properties["RestApiId"], {})
    methods = resources.get(properties["ResourceId"], {}).get("resourceMethods", {})
    method = methods.get(properties.get("HttpMethod", "ANY"))
    if method is None:
        return
    method["requestValidatorId"] = properties.get("RequestValidatorId")
    models = method.get("requestModels") or {}
    if _DEFAULT in models:  # it asks for the one of JSON where it finds none for a content type
        method["requestModels"] = {_JSON: models[_DEFAULT], **models}
