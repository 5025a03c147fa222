"""Gap: conditions on what a request asks for are never met, so what a policy denies by them is allowed.

Many keys of services are called as the parameter that they are about (`secretsmanager:VersionStage`,
`sns:Protocol`); here they have its value. Only parameters of the operation count: nobody heeds what else a
request says, which must not pass for a resource's tag or an item's key. Writing an object's tags, its ACL or
its locks beside the object takes the right to do so.

Sources: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html,
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from ministack.core import iam_actions, iam_evaluator

from ..one_resource import members_of  # noqa: TID252 - this package has another name where it runs

_SECRETS = "secretsmanager"
_BESIDE = {
    "x-amz-tagging": "s3:PutObjectTagging",
    "x-amz-acl": "s3:PutObjectAcl",
    "x-amz-object-lock-mode": "s3:PutObjectRetention",
    "x-amz-object-lock-legal-hold": "s3:PutObjectLegalHold",
}


def apply() -> None:
    """Tell IAM what is asked for."""
    tags_of, enforce, beside = (
        iam_actions.request_tag_context,
        iam_evaluator.enforce,
        iam_actions.s3_additional_checks,
    )

    def context_with_parameters(service: str, action: str, body: bytes, query: Any) -> dict[str, Any]:
        prefix = action.partition(":")[0]
        known = members_of(service, action.partition(":")[2])
        every = _given(service, body, query).items()
        given = {f"{prefix}:{name}": value for name, value in every if name.lower() in known}
        return {**given, **tags_of(service, action, body, query)}

    def enforce_by_secret(
        key: str,
        action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        own = {f"{_SECRETS}:SecretId": resource_arn} if service == _SECRETS else {}
        return enforce(key, action, service, region, resource_arn, {**(service_context or {}), **own})

    def checks_with_what_stands_beside(
        method: str, path: str, headers: Mapping[str, str], body: bytes, query: Any
    ) -> list[tuple[str, str]]:
        checks: list[tuple[str, str]] = beside(method, path, headers, body, query)
        bucket, _, key = path.lstrip("/").partition("/")
        if not key or iam_actions._s3_action(method, path, query) != "PutObject":
            return checks
        needed = [action for header, action in _BESIDE.items() if headers.get(header)]
        return [*checks, *((action, f"arn:aws:s3:::{bucket}/{key}") for action in needed)]

    iam_actions.request_tag_context = context_with_parameters
    iam_evaluator.enforce = enforce_by_secret
    iam_actions.s3_additional_checks = checks_with_what_stands_beside


def _given(service: str, body: bytes, query: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the parameters that are plain values."""
    if service in ("s3", "execute-api", "lambda"):
        return {}  # what they carry is the app's
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        found = dict(parse_qsl(body.decode(errors="replace")))
        found |= {name: value[0] if isinstance(value, list) else value for name, value in query.items()}
    if not isinstance(found, dict):
        return {}
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in found.items()
        if isinstance(value, str | int)
    }
