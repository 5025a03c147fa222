"""Gap: an HTTP API whose routes stand in its body, as SAM writes them, has none.

Routes, integrations, authorizers and CORS are read from the document, and made as if they were resources.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ministack.services import apigateway
from ministack.services.cloudformation import provisioners

from .references import Document, followed

_METHODS = (
    "get",
    "put",
    "post",
    "delete",
    "options",
    "head",
    "patch",
    "trace",
    "x-amazon-apigateway-any-method",
)
_MADE = (apigateway._routes, apigateway._integrations, apigateway._authorizers)


def apply() -> None:
    """Fill an API from its body when it is created and updated."""
    handler = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Api"]
    create, update = handler["create"], handler["update"]

    def create_filled(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        document = properties.get("Body")
        result = create(logical_id, _named(properties), stack)
        _fill(result[0], document)
        return result

    def update_filled(identity: str, old: dict[str, Any], new: dict[str, Any], *more: Any) -> Any:
        document = new.get("Body")
        result = update(identity, _named(old), _named(new), *more)
        _fill(result[0], document)
        return result

    handler |= {"create": create_filled, "update": update_filled}


def _named(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the properties with the name that the document gives."""
    title = ((properties.get("Body") or {}).get("info") or {}).get("title")
    return {"Name": title, **properties} if title else properties


def _fill(api: str, document: Document | None) -> None:
    if not isinstance(document, Mapping):
        return
    for made in _MADE:
        made[api] = {}
    if cors := document.get("x-amazon-apigateway-cors"):
        apigateway._apis[api]["corsConfiguration"] = cors
    authorizers = dict(_authorizers(api, document))
    for key, operation in _operations(document):
        given = followed(document, operation.get("x-amazon-apigateway-integration")) or {}
        target = _integration(api, given)
        security = operation.get("security", document.get("security")) or []
        route = {"routeKey": key, "target": f"integrations/{target}", **_guard(key, security, authorizers)}
        _answer(apigateway._create_route(api, route))


def _operations(document: Document) -> Iterator[tuple[str, Document]]:
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            if method in item:
                verb = "ANY" if method.startswith("x-") else method.upper()
                yield "$default" if path == "/$default" else f"{verb} {path}", item[method]


def _integration(api: str, given: Document) -> str:
    data = {
        "integrationType": str(given.get("type", "aws_proxy")).upper(),
        "integrationUri": given.get("uri", ""),
        "integrationMethod": given.get("httpMethod", "POST"),
        "payloadFormatVersion": given.get("payloadFormatVersion", "1.0"),
        "timeoutInMillis": given.get("timeoutInMillis", 30000),
        "requestParameters": given.get("requestParameters"),
        "integrationSubtype": given.get("integrationSubtype"),
        "credentialsArn": given.get("credentials"),
    }
    made = _answer(apigateway._create_integration(api, data))
    stored = apigateway._integrations[api][made["integrationId"]]
    stored |= {key: data[key] for key in ("integrationSubtype", "credentialsArn") if data[key]}
    return str(made["integrationId"])


def _authorizers(api: str, document: Document) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the kind and the id of each authorizer, by the name of its scheme."""
    for name, scheme in ((document.get("components") or {}).get("securitySchemes") or {}).items():
        given = scheme.get("x-amazon-apigateway-authorizer")
        if not given:
            continue
        sources = given.get("identitySource") or []
        kind = str(given.get("type", "request")).upper()
        data = {
            **given,
            "name": name,
            "authorizerType": kind,
            "identitySource": sources if isinstance(sources, list) else str(sources).split(","),
        }
        made = _answer(apigateway._create_authorizer(api, data))
        yield name, ("JWT" if kind == "JWT" else "CUSTOM", str(made["authorizerId"]))


def _guard(key: str, security: list[Document], authorizers: Mapping[str, tuple[str, str]]) -> Document:
    """Return who may call a route.

    Raises:
        ValueError: If it names what is not defined; it would be open to everybody.
    """
    for requirement in security:
        for name, scopes in requirement.items():
            if name == "AWS_IAM":
                return {"authorizationType": "AWS_IAM"}
            if name not in authorizers:
                raise ValueError(f"{key}: the security scheme {name} has no authorizer")
            kind, identity = authorizers[name]
            return {"authorizationType": kind, "authorizerId": identity, "authorizationScopes": scopes}
    return {}


def _answer(answer: tuple[int, Any, bytes]) -> dict[str, Any]:
    if answer[0] >= 400:
        raise ValueError(str(answer[2]))
    made: dict[str, Any] = json.loads(answer[2])
    return made
