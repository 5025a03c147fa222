"""Gap: who may make a function, a state machine or a schedule may make it with any role, and do all it can.

On AWS who hands a role to a service needs `iam:PassRole` on it, for that service. Here each role that a
request names is asked for, also those of the definition whose task is run. MiniStack finds a role by the last
word of its ARN, whatever stands before; so it is asked for by the ARN that it has, also by who takes it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree as ET

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import ecs, iam

_ACTION, _TAKES = "iam:PassRole", "sts:AssumeRole"
_ROLE, _OF_AWS = ":role/", ":role/aws-service-role/"
_NAMES_ROLE = re.compile("(role|role_?arn|credentials|credentials_?arn|caller_?arn)$", re.IGNORECASE)
_HOLDS_ROLES = "Roles"
"""What of an identity pool has them under the names of groups of users."""
_NOT_PASSED = frozenset(
    [
        *("iam", "sts", "dynamodb", "execute-api", "kinesis", "s3", "secretsmanager", "sqs"),
        *("lambda:InvokeFunction", "lambda:InvokeAsync"),
    ]
)
"""Services and calls that name roles to act on them, or that carry what the app says."""
_PASSED_AFTER_ALL = frozenset(("s3:PutReplicationConfiguration",))
_PASSED_TO = {"ecs": "ecs-tasks"}
"""Where the service that a role is passed to is not called as in IAM."""


@dataclass(frozen=True)
class _Asked:
    service: str
    action: str
    body: bytes
    query: Mapping[str, Any]

    def texts(self) -> list[tuple[str, str]]:
        """Return what it says, each text with its name."""
        return [*texts_of(self.query), *_texts(self.body)]


_asked: ContextVar[_Asked | None] = ContextVar("_asked", default=None)
"""The request whose roles are still to be asked for."""


def apply() -> None:
    """Ask for the roles of a request once it may be made at all."""
    extract, enforce = iam_actions.extract_iam_action, iam_evaluator.enforce

    def extract_and_keep(service: str, method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        action = extract(service, method, path, headers, body, query)
        _asked.set(_Asked(service, str(action), body, query))
        return action

    def enforce_passing(
        key: str,
        action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        taken = taken_by(resource_arn) if action.startswith(_TAKES) else resource_arn
        denied, asked = enforce(key, action, service, region, taken, service_context), _asked.get()
        if denied or asked is None or asked.service != service or iam_evaluator.is_root_access_key(key):
            return denied
        _asked.set(None)
        to = passed_to(service)
        for role in dict.fromkeys(_passed(asked)):
            if refusal := enforce(key, _ACTION, "iam", region, role, to):
                return _told(refusal, service, role)
        return None

    iam_actions.extract_iam_action, iam_evaluator.enforce = extract_and_keep, enforce_passing


def said(name: str) -> str | None:
    """Return what the request that is being judged says under a name."""
    asked = _asked.get()
    return next((text for given, text in asked.texts() if given == name), None) if asked else None


def taken_by(arn: str) -> str:
    """Return the ARN of the role that somebody takes who names it so."""
    account = arn.split(":")[4:5]
    return _found(arn, *account) or arn


def _found(text: str, *accounts: str) -> str | None:
    """Return the ARN of the role that a text leads to here; None where it leads to none."""
    roles = (iam._roles.get_scoped(account, None, text.rpartition("/")[2]) for account in accounts)
    return next((str(role["Arn"]) for role in roles if role), None)


def passed_to(service: str) -> dict[str, Any]:
    """Return what a policy may ask of a role that is handed to a service."""
    return {"iam:PassedToService": f"{_PASSED_TO.get(service, service)}.amazonaws.com"}


def roles_of(service: str, action: str, texts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the ARNs of the roles that a call hands on, by the texts that it is made with and their names."""
    if not _hands_on(service, action):
        return
    account = get_account_id()
    for name, text in texts:
        by_name = service == "glue" and name == "Role"  # which takes it by name, too
        if not _NAMES_ROLE.search(name) or not (by_name or "/" in text or name.lower().endswith("arn")):
            continue
        role = _found(text, account, *text.split(":")[4:5]) or text
        role = f"arn:aws:iam::{account}:role/{role}" if by_name and "/" not in role else role
        if _ROLE in role and _OF_AWS not in role:
            yield role


def _hands_on(service: str, action: str) -> bool:
    return not {service, action} & _NOT_PASSED or action in _PASSED_AFTER_ALL


def _told(refusal: Any, service: str, role: str) -> Any:
    """Return the refusal as one of the service, which names what is missing."""
    if isinstance(refusal, iam_evaluator.AuthError):
        return refusal
    who = f"User: {refusal.principal_arn} is not authorized to perform: {_ACTION} on resource: {role}"
    code = iam_actions._DENIED_CODES.get(service, "AccessDenied")
    return iam_evaluator.AuthError(
        code, f"{who} because no identity-based policy allows the {_ACTION} action"
    )


def _passed(asked: _Asked) -> Iterator[str]:
    if asked.action in ("ecs:RunTask", "ecs:StartTask"):
        yield from _of_the_definition(asked.body)
    if _hands_on(asked.service, asked.action):  # else nobody reads a whole file for it
        yield from roles_of(asked.service, asked.action, asked.texts())


def _of_the_definition(body: bytes) -> Iterator[str]:
    """Yield the roles of a task's definition, but for those that the call replaces."""
    try:
        asked = json.loads(body)
        definition = ecs._task_defs[ecs._resolve_td_key(asked["taskDefinition"])]
    except (ValueError, LookupError, TypeError):
        return  # there is none, which the call says itself
    overrides = asked.get("overrides") or {}
    for name in ("taskRoleArn", "executionRoleArn"):
        if not overrides.get(name) and definition.get(name):
            yield str(definition[name])


def _texts(body: bytes) -> list[tuple[str, str]]:
    """Return each text of a request with its name, whatever its protocol."""
    with suppress(ValueError, RecursionError):
        return [*texts_of(json.loads(body))]
    with suppress(ET.ParseError):
        every = ET.fromstring(body).iter()  # noqa: S314 - Python's refuses what would grow too large
        return [(element.tag.rpartition("}")[2], (element.text or "").strip()) for element in every]
    return [(name.rpartition(".")[2], text) for name, text in parse_qsl(body.decode(errors="replace"))]


def texts_of(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text of a document with its name."""
    if isinstance(value, str):
        yield name.rpartition(".")[2], value
    elif isinstance(value, list):
        for each in value:
            yield from texts_of(each, name)
    elif isinstance(value, Mapping):
        path, replaced = value.get("path"), value.get("value")
        if isinstance(path, str) and isinstance(replaced, str):  # an operation of PATCH
            yield path.rpartition("/")[2], replaced
        for key, each in value.items():
            yield from texts_of(each, "Role" if name == _HOLDS_ROLES else key)
