"""Gap: an HTTP API of a template does not know which pages may call it, so that every preflight gets 403.

CloudFormation writes `AllowOrigins` where the API's own calls write `allowOrigins`, which alone it reads.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from typing import Any

from ministack.services import apigateway
from ministack.services.cloudformation import provisioners

_KEY = "corsConfiguration"


def apply() -> None:
    """Write the configuration of templates as it is read."""
    handler = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Api"]
    for verb in ("create", "update"):
        handler[verb] = _with_small_letters(handler[verb])


def _with_small_letters(make: Any) -> Any:
    def made(*given: Any, **options: Any) -> Any:
        identity, attributes = make(*given, **options)
        api = apigateway._apis.get(identity) or {}
        if api.get(_KEY):
            api[_KEY] = {name[:1].lower() + name[1:]: value for name, value in api[_KEY].items()}
        return identity, attributes

    return made
