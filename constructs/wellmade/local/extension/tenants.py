"""Gap: a function that is isolated by tenants is one for all, and learns none of them.

Each tenant gets execution environments of its own; whoever invokes names one, or is refused.

Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from contextvars import ContextVar
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.responses import error_response_json
from ministack.services import lambda_svc

from .workers import replaced

_tenant: ContextVar[str] = ContextVar("_tenant", default="")
"""Whose invocation this is; a thread that runs it later inherits it."""
_VARIABLE = "_WELLMADE_TENANT"
"""How a process learns its tenant, before it takes the name away again."""
_ENABLED = "The invoked function is{} enabled with tenancy configuration. {} and try again."
_WITHOUT = _ENABLED.format("", "Add a valid tenant ID in your request")
_WITH = _ENABLED.format(" not", "Remove the tenant ID from your request")


def apply() -> None:
    """Ask for a tenant, and lease processes by tenant."""
    invoke, acquire = lambda_svc._invoke, lambda_svc.acquire_worker

    async def invoke_for_tenant(name: str, event: Any, headers: dict[str, Any], *more: Any) -> Any:
        tenant = next((value for key, value in headers.items() if key.lower() == "x-amz-tenant-id"), "")
        if name in lambda_svc._functions and bool(tenant) != _is_isolated(name):
            return error_response_json("InvalidParameterValueException", _WITH if tenant else _WITHOUT, 400)
        token = _tenant.set(tenant)
        try:
            return await invoke(name, event, headers, *more)
        finally:
            _tenant.reset(token)

    def acquire_for_tenant(name: str, config: dict[str, Any], code: bytes, **options: Any) -> Any:
        tenant = _tenant.get() if _is_isolated(name) else ""
        if not tenant:
            return acquire(name, config, code, **options)
        given = (config.get("Environment") or {}).get("Variables") or {}
        own = {**config, "Environment": {"Variables": {**given, _VARIABLE: tenant}}}
        return acquire(name, own, code, **{**options, "qualifier": f"{options['qualifier']}/{tenant}"})

    lambda_svc._invoke, lambda_svc.acquire_worker = invoke_for_tenant, acquire_for_tenant
    _tell_tenants()


def _is_isolated(name: str) -> bool:
    config = (lambda_svc._functions.get(name) or {}).get("config", {})
    return bool((config.get("TenancyConfig") or {}).get("TenantIsolationMode") == "PER_TENANT")


def _tell_tenants() -> None:
    """Give the context of an invocation its tenant."""
    python, node = lambda_runtime._PYTHON_WORKER_SCRIPT, lambda_runtime._NODEJS_WORKER_SCRIPT
    lambda_runtime._PYTHON_WORKER_SCRIPT = f'import os\n_tenant = os.environ.pop("{_VARIABLE}", None)\n' + (
        replaced(python, '"identity": None,', '"identity": None, "tenant_id": _tenant,')
    )
    taken = f"const tenant = process.env.{_VARIABLE}; delete process.env.{_VARIABLE};\n"
    told = replaced(node, "identity: null,", "identity: null, tenantId: tenant,")
    lambda_runtime._NODEJS_WORKER_SCRIPT = taken + told
