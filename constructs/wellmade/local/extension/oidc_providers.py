"""Gap: CloudFormation does not know the OIDC providers of IAM, which MiniStack's IAM has."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import time
from typing import Any

from ministack.core.responses import get_account_id
from ministack.services import iam
from ministack.services.cloudformation import provisioners

_KIND = "AWS::IAM::OIDCProvider"

Properties = dict[str, Any]
Result = tuple[str, Properties]


def apply() -> None:
    """Register the type; one that a newer release knows is left alone."""
    if not dict.__contains__(provisioners._RESOURCE_HANDLERS, _KIND):
        provisioners._RESOURCE_HANDLERS[_KIND] = {"create": _create, "update": _update, "delete": _delete}


def _create(_logical_id: str, properties: Properties, _stack: str) -> Result:
    host = str(properties["Url"]).removeprefix("https://").rstrip("/")
    arn = f"arn:aws:iam::{get_account_id()}:oidc-provider/{host}"
    if arn in iam._oidc_providers:
        raise ValueError(f"Provider with url {properties['Url']} already exists.")
    return _put(arn, properties)


def _update(arn: str, _old: Properties, new: Properties, _stack: str) -> Result:
    return _put(arn, new)


def _delete(arn: str, _properties: Properties) -> None:
    iam._oidc_providers.pop(arn, None)


def _put(arn: str, properties: Properties) -> Result:
    iam._oidc_providers[arn] = {
        "Url": arn.partition("/")[2],
        "ClientIDList": list(properties.get("ClientIdList", [])),
        "ThumbprintList": list(properties.get("ThumbprintList", [])),
        "Arn": arn,
        "CreateDate": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "Tags": list(properties.get("Tags", [])),
    }
    return arn, {"Arn": arn}
