"""Gap: routes of WebSocket APIs that call a service of AWS do nothing, and every route answers its client.

A service is called with what the template makes, with the rights of the integration's role. What a message is
answered with goes to the client only where its route has a response. Headers have the letters that they are
known by, which MiniStack makes small.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import asyncio
from collections.abc import Mapping
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import apigateway, apigateway_v1

from .header_case import written
from .mapped_requests import MappedRequest
from .mapping_templates import Parameters, render
from .rest_integrations import request_service

Record = dict[str, Any]
_DEFAULT = "$default"


def apply() -> None:
    """Serve both kinds of routes, and say nothing to clients that nobody answers."""
    invoke = apigateway._invoke_ws_lambda

    async def invoke_or_call(*given: Any, **options: Any) -> Record | None:
        api, _account, _region, route, _stage, _connection, kind, *_ = given
        integration = _integration(api, route)
        spec = apigateway_v1._parse_service_integration_uri(integration.get("integrationUri", ""))
        if spec is None or spec[1] == "lambda":
            answer: Record | None = await invoke(*given, **options)
        else:
            answer = await asyncio.to_thread(_call, integration, spec, given, options)
        if answer is None or kind != "MESSAGE" or _answers(api, route):
            return answer
        return {**answer, "body": ""}

    fields = apigateway._ws_connect_fields
    apigateway._invoke_ws_lambda = invoke_or_call
    apigateway._ws_connect_fields = lambda headers, query: fields(written(headers), query)


def _integration(api: str, route: Mapping[str, Any]) -> Record:
    identity = str(route.get("target", "")).rpartition("/")[2]
    return (apigateway._integrations.get(api) or {}).get(identity) or {}


def _answers(api: str, route: Mapping[str, Any]) -> bool:
    responses = (apigateway._route_responses.get(api) or {}).get(route.get("routeId"))
    return bool(responses or route.get("routeResponseSelectionExpression"))


def _call(
    integration: Record, spec: tuple[str, str, str, str], given: tuple[Any, ...], options: Record
) -> Record:
    api, account, region, route, stage, connection, kind, request_id, body, source_ip, headers, *more = given
    context = apigateway._ws_request_context(
        api, route["routeKey"], stage, connection, kind, request_id, source_ip, headers
    )
    query = options.get("query_params") or (more[0] if more else None) or {}
    asked = {name: value[-1] if isinstance(value, list) else value for name, value in query.items()}
    request = MappedRequest(headers, (body or "").encode(), Parameters({}, asked, written(headers)), context)
    template = _chosen(integration.get("requestTemplates") or {})
    sent = body or "" if template is None else render(template, body or "", request.parameters, context)
    called = {
        "httpMethod": integration.get("integrationMethod"),
        "credentials": integration.get("credentialsArn"),
    }
    with request_scope(account, spec[0] or region):
        status, _said, answer = request_service(*spec[1:], sent.encode(), request.mapped(integration), called)
    return {
        "statusCode": status,
        "body": _answered(api, integration, request, answer.decode(errors="replace")),
    }


def _chosen(templates: Mapping[str, str]) -> str | None:
    return templates.get(_DEFAULT) or next(iter(templates.values()), None)


def _answered(api: str, integration: Record, request: MappedRequest, answer: str) -> str:
    """Return what the first response with a template makes of an answer."""
    responses = (apigateway._integration_responses.get(api) or {}).get(integration["integrationId"]) or {}
    templates = [_chosen(each.get("responseTemplates") or {}) for each in responses.values()]
    template = next((each for each in templates if each), None)
    return answer if template is None else render(template, answer, request.parameters, request.context)
