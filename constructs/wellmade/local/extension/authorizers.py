"""Gap: authorizers of REST APIs cannot decide by the request's method or path; user pools' take any token.

It takes identity sources such as `context.path` for absent and answers 401 without asking the
function. A method without scopes takes ID tokens alone, one with scopes access tokens alone. Source: AWS's
page on 401 errors of COGNITO_USER_POOLS authorizers.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from ministack.services import apigateway_v1

_request: ContextVar[Mapping[str, str] | None] = ContextVar("_request", default=None)
"""What is asked for, while its authorizer is asked."""
_KNOWN = "stageVariables.of the request: "


def apply() -> None:
    """Tell the sources of an authorizer what is asked for, and take no access token without scopes."""
    _take_identities()
    authorize, sources_of = apigateway_v1._authorize_request_v1, apigateway_v1._request_identity_sources

    async def told(
        api_id: str, stage_name: str, method_obj: Any, method: str, path: str, resource: Any, *rest: Any
    ) -> Any:
        asked = {"httpMethod": method, "path": path, "resourcePath": resource["path"], "stage": stage_name}
        token = _request.set(asked)
        try:
            return await authorize(api_id, stage_name, method_obj, method, path, resource, *rest)
        finally:
            _request.reset(token)

    def known(source: str | None, headers: Any, query: Any, stage: Mapping[str, Any]) -> Any:
        # Handed over as variables of the stage, which it knows how to read.
        variables = {f"of the request: {name}": value for name, value in (_request.get() or {}).items()}
        with_request = {**stage, "variables": {**(stage.get("variables") or {}), **variables}}
        return sources_of((source or "").replace("context.", _KNOWN), headers, query, with_request)

    apigateway_v1._authorize_request_v1 = told
    apigateway_v1._request_identity_sources = known


def _take_identities() -> None:
    validate = apigateway_v1._validate_cognito_authorizer

    async def validate_use(authorizer: Any, method: Mapping[str, Any], *rest: Any) -> Any:
        claims, refusal = await validate(authorizer, method, *rest)
        wanted = "access" if method.get("authorizationScopes") else "id"
        if not refusal and claims.get("token_use") != wanted:
            return None, apigateway_v1._gw_error("UNAUTHORIZED", "Unauthorized")
        return claims, refusal

    apigateway_v1._validate_cognito_authorizer = validate_use
