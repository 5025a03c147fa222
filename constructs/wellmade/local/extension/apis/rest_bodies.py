"""Gap: of a REST API whose routes stand in its body, as SAM writes them, only the functions are called.

MiniStack reads who calls what. The role, the mapping templates and the answers of an integration are read
here, and models, validators and the method that stands for all of them.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ministack.services import apigateway_v1

from .references import Document, followed

_ANY = "x-amazon-apigateway-any-method"
_KEPT = ("credentials", "requestParameters", "requestTemplates", "timeoutInMillis", "contentHandling")


def apply() -> None:
    """Complete what was read of a document."""
    read, put = apigateway_v1._import_rest_api, apigateway_v1._import_operation
    apigateway_v1._OPENAPI_HTTP_METHODS.add(_ANY)

    def put_any(api: str, resource: str, verb: str, *more: Any) -> None:
        put(api, resource, "ANY" if verb.lower() == _ANY else verb, *more)

    def read_whole(document: Document, *more: Any) -> str:
        api = str(read(document, *more))
        _complete(api, document)
        return api

    apigateway_v1._import_operation = put_any
    apigateway_v1._import_rest_api = read_whole


def _complete(api: str, document: Document) -> None:
    if kinds := document.get("x-amazon-apigateway-binary-media-types"):
        apigateway_v1._rest_apis[api]["binaryMediaTypes"] = kinds
    _put_models(api, document)
    validators = dict(_validators(api, document))
    common = document.get("x-amazon-apigateway-request-validator")
    for method, operation in _methods(api, document):
        method["requestValidatorId"] = validators.get(
            operation.get("x-amazon-apigateway-request-validator", common)
        )
        method["requestParameters"] = dict(_parameters(operation))
        method["requestModels"] = dict(_models(api, document, operation))
        if method.get("methodIntegration"):
            _keep(method["methodIntegration"], operation["x-amazon-apigateway-integration"])


def _put_models(api: str, document: Document) -> None:
    for name, schema in _definitions(document).items():
        _put_model(api, document, name, schema)


def _put_model(api: str, document: Document, name: str, schema: Any) -> None:
    """Put a model with all of the document's inside, since they refer to each other."""
    whole = {**schema, "definitions": _definitions(document)} if isinstance(schema, dict) else schema
    text = json.dumps(whole).replace("#/components/schemas/", "#/definitions/")
    apigateway_v1._create_model(api, {"name": name, "schema": text})


def _definitions(document: Document) -> Document:
    return document.get("definitions") or (document.get("components") or {}).get("schemas") or {}


def _validators(api: str, document: Document) -> Iterator[tuple[str, str]]:
    for name, flags in (document.get("x-amazon-apigateway-request-validators") or {}).items():
        answer = apigateway_v1._create_request_validator(api, {"name": name, **flags})
        yield name, json.loads(answer[2])["id"]


def _methods(api: str, document: Document) -> Iterator[tuple[dict[str, Any], Document]]:
    """Yield each method that was read, with what the document says of it."""
    paths = {each.get("path"): each for each in apigateway_v1._resources.get(api, {}).values()}
    for path, item in (document.get("paths") or {}).items():
        made = paths.get(f"/{path.strip('/')}", {}).get("resourceMethods", {})
        for verb, operation in item.items():
            method = made.get("ANY" if verb == _ANY else verb.upper())
            if method is not None and isinstance(operation, Mapping):
                yield method, {**operation, "parameters": _all_parameters(document, item, operation)}


def _all_parameters(document: Document, item: Document, operation: Document) -> list[Document]:
    """Return the parameters of an operation: those of its path, but for what it says itself of the same."""
    each = [
        followed(document, given) for place in (item, operation) for given in place.get("parameters") or []
    ]
    return list({(given.get("in"), given.get("name")): given for given in each}.values())


def _parameters(operation: Document) -> Iterator[tuple[str, bool]]:
    places = {"query": "querystring", "header": "header", "path": "path"}
    for parameter in operation["parameters"]:
        if place := places.get(parameter.get("in", "")):
            yield f"method.request.{place}.{parameter['name']}", bool(parameter.get("required"))


def _models(api: str, document: Document, operation: Document) -> Iterator[tuple[str, str]]:
    """Yield the model of each type of content: of a parameter in Swagger 2, of the body in OpenAPI 3."""
    for parameter in operation["parameters"]:
        if parameter.get("in") == "body":
            yield "application/json", _model(api, document, parameter)
    body = followed(document, operation.get("requestBody")) or {}
    for kind, content in (body.get("content") or {}).items():
        yield kind, _model(api, document, content)


def _model(api: str, document: Document, place: Document) -> str:
    """Return the name of a body's model; one that is written where it is used gets a name."""
    schema = place.get("schema") or {}
    if not schema or "$ref" in schema:
        return str(schema.get("$ref", "")).rpartition("/")[2]
    name = f"inline{len(apigateway_v1._models.get(api, {}))}"
    _put_model(api, document, name, schema)
    return name


def _keep(integration: dict[str, Any], given: Document) -> None:
    integration |= {key: given[key] for key in _KEPT if given.get(key)}
    if given.get("passthroughBehavior"):
        integration["passthroughBehavior"] = str(given["passthroughBehavior"]).upper()
    for pattern, response in (given.get("responses") or {}).items():
        status = str(response.get("statusCode", "200"))
        integration["integrationResponses"][status] = {
            "statusCode": status,
            "selectionPattern": "" if pattern == "default" else pattern,
            "responseParameters": response.get("responseParameters", {}),
            "responseTemplates": response.get("responseTemplates", {}),
            "contentHandling": response.get("contentHandling"),
        }
