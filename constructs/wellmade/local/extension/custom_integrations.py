"""Gap: templates of integrations with functions and of mocks are left out.

A function that is no proxy is given the event of a proxy instead of what the template makes, failures answer
200 whatever the patterns say, and a mock answers with its template as it stands.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
import re
from contextvars import ContextVar
from typing import Any, cast

from ministack.services import apigateway_v1, lambda_svc

from .contents import UnconvertibleError, unconverted
from .mapped_requests import Answer, MappedRequest
from .mapping_templates import render

_asked: ContextVar[MappedRequest | None] = ContextVar("_asked", default=None)
"""The request at hand, for mocks, which are told nothing of it."""
_STATUS = re.compile(r"""["']?statusCode["']?\s*:\s*(\d{3})""")
"""What the template of a mock says, in which CDK leaves out the quotes."""


def apply() -> None:
    """Fill in templates of requests and of answers, and choose answers by their patterns."""
    _call_functions()
    _remember_requests()
    _fill_in_mocks()


def _call_functions() -> None:
    async def call(integration: dict[str, Any], *given: Any, **options: Any) -> Answer:
        request = MappedRequest.of(given, options)
        function = apigateway_v1._extract_lambda_ref_from_integration_uri(integration.get("uri", ""))
        try:
            event = json.loads(request.sent(integration) or b"{}")
        except ValueError as error:
            return _refused(400, f"Could not parse request body into json: {error}")
        scope = {"account_id": options.get("owner_account_id"), "region": options.get("owner_region")}
        if request.mapped(integration)["header"].get("X-Amz-Invocation-Type") == "Event":
            return _queued(integration, request, function, event, scope)
        result, failure = await apigateway_v1._call_lambda_raw(function, event, **scope)
        if failure or result.get("throttle"):
            return _refused(504, "Internal server error")
        return _answered(integration, request, result.get("body"))

    apigateway_v1._invoke_lambda_custom_v1 = call


def _queued(
    integration: dict[str, Any], request: MappedRequest, function: str, event: Any, scope: dict[str, Any]
) -> Answer:
    """Invoke asynchronously, as an integration asks by a header."""
    known, config, _ = lambda_svc._get_func_record_for_ref_in_scope(function, **scope)
    if not config:
        return _refused(504, "Internal server error")
    lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(known, config), event)
    return request.answered(_without_patterns(integration), "", b"")


def _answered(integration: dict[str, Any], request: MappedRequest, payload: Any) -> Answer:
    text = payload if isinstance(payload, bytes) else json.dumps(payload, ensure_ascii=False).encode()
    if isinstance(payload, dict) and payload.get("errorMessage") is not None:
        return request.answered(integration, str(payload["errorMessage"]), text)
    return request.answered(_without_patterns(integration), "", text)


def _without_patterns(integration: dict[str, Any]) -> dict[str, Any]:
    """Only errors are held against patterns; what went well has the answer without one."""
    responses = integration.get("integrationResponses") or {}
    default = {code: each for code, each in responses.items() if each and not each.get("selectionPattern")}
    return {**integration, "integrationResponses": default}


def _refused(status: int, message: str) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps({"message": message}).encode()


def _remember_requests() -> None:
    check = apigateway_v1._check_request_validation

    def check_and_remember(method: Any, api: str, request: Any, headers: Any, body: Any, query: Any) -> Any:
        resource = {"path": request["resource_path"]}
        verb = method.get("httpMethod", "")
        given = (api, request["stage_name"], request["stage"] or {}, resource, resource["path"], verb)
        kinds = {"binary_media_types": apigateway_v1._rest_apis.get(api, {}).get("binaryMediaTypes")}
        _asked.set(MappedRequest.of((*given, headers, body, query, request["path_params"]), kinds))
        return check(method, api, request, headers, body, query)

    apigateway_v1._check_request_validation = check_and_remember


def _fill_in_mocks() -> None:
    mock = apigateway_v1._invoke_mock_v1

    def mock_filled_in(integration: dict[str, Any]) -> Answer:
        request = _asked.get()
        if request is None or not integration.get("integrationResponses"):
            answer: Answer = mock(integration)
            return answer
        try:
            found = _STATUS.search(request.sent(integration).decode(errors="replace"))
        except UnconvertibleError as error:  # of a preflight, too, where each type is binary
            return cast("Answer", unconverted(error))
        chosen = {"application/json": f'{{"statusCode": {found[1] if found else 200}}}'}
        status, headers, body = mock({**integration, "requestTemplates": chosen})
        if not _has_templates(integration):
            body = b""  # it says {} where AWS says nothing
        text = render(body.decode(), "", request.parameters, request.context)
        return request.overridden(status, headers, text.encode())

    apigateway_v1._invoke_mock_v1 = mock_filled_in


def _has_templates(integration: dict[str, Any]) -> bool:
    responses = (integration.get("integrationResponses") or {}).values()
    return any(each.get("responseTemplates") for each in responses if each)
