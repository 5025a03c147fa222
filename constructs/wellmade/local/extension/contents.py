"""Gap: a body that is no text is damaged on its way through a REST API whose integration is no proxy.

By the API's binary media types a body's own type tells whether it is bytes. `contentHandling` tells what is
handed on; where nothing does, a request goes on as what it is, and an answer as the first type that its
caller accepts. Bytes become text as base64, and a text of which bytes are wanted is taken to be base64.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import base64
import binascii
import logging
from collections.abc import Iterable
from typing import Any

from ministack.services import apigateway_v1
from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]
logger = logging.getLogger("apigateway")


class UnconvertibleError(Exception):
    """A body that cannot become what is wanted of it, for which API Gateway answers 500."""


def apply() -> None:
    """Keep what a template says of the contents that its integrations handle."""
    handler = provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::Method"]
    create, update = handler["create"], handler["update"]

    def create_with(logical_id: str, properties: Properties, stack: str) -> Any:
        return _kept(create(logical_id, properties, stack), properties)

    def update_with(identity: str, old: Properties, new: Properties, *rest: Any) -> Any:
        return _kept(update(identity, old, new, *rest), new)

    handler.update({"create": create_with, "update": update_with})


def _kept(made: Any, properties: Properties) -> Any:
    handling = (properties.get("Integration") or {}).get("ContentHandling")
    resource = apigateway_v1._resources[properties["RestApiId"]][properties["ResourceId"]]
    integration = resource["resourceMethods"][properties["HttpMethod"]].get("methodIntegration")
    if integration:
        integration["contentHandling"] = handling
    return made


def unconverted(error: UnconvertibleError) -> Any:
    """Return the answer for what cannot be converted; the reason is in the log, as it is on AWS."""
    logger.warning("A REST API answers 500, unable to transform request or response: %s", error)
    return apigateway_v1._gw_error("API_CONFIGURATION_ERROR", "Internal server error")


def is_binary(kind: str, binary_types: Iterable[str]) -> bool:
    """Tell whether what has a type is bytes to an API."""
    return bool(apigateway_v1._media_type_matches(kind, list(binary_types)))


def handed_on(handling: str | None, *, otherwise: bool) -> bool:
    """Tell whether bytes are handed on, as `contentHandling` says, or `otherwise`."""
    return otherwise if not handling else handling == "CONVERT_TO_BINARY"


def converted(body: bytes, *, binary: bool, wanted: bool) -> bytes:
    """Return a body as it is handed on: the bytes themselves, or text in UTF-8.

    Args:
        body: What came.
        binary: Whether it is bytes.
        wanted: Whether bytes are handed on.

    Raises:
        UnconvertibleError: If it is a text of which bytes are wanted, and no base64.
    """
    if binary == wanted:
        return body if binary else body.decode(errors="replace").encode()
    if binary:
        return base64.b64encode(body)
    try:
        return base64.b64decode(body.strip().strip(b'"'), validate=True)  # a function answers it in quotes
    except binascii.Error as error:
        raise UnconvertibleError(str(error)) from error
