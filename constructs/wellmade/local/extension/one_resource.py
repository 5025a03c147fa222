"""Gap: a request that names two resources is judged by the one and works on the other.

IAM takes the first name that it knows (a table, a queue, a parameter) and who carries a request out takes
that of the operation: who may read one table reads any, with a name beside that the operation does not have.
Here such a request is refused to all but the machine's user, and so is one whose names contradict each other.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from ministack.core import iam_actions, iam_evaluator
from ministack.services import kinesis

from . import one_operation
from .api_requests import clients_of, model_of

DOUBTFUL = "TwoResourcesAtOnce"
"""What IAM is asked for instead."""
_NAMES_RESOURCE = re.compile("(name|names|arn|arns|id|ids|url|path|items|stream|topic|key)$", re.IGNORECASE)
"""Parameters that may name one. Others are left alone: an SDK may be newer than what is known here."""
_NO_PARAMETERS = frozenset(("awsaccesskeyid",))
_ONE_OF = {("sns", "Publish"): frozenset(("TopicArn", "TargetArn", "PhoneNumber"))}
"""Parameters of which AWS takes one."""


def apply() -> None:
    """Leave no doubt what is worked on."""
    extract = iam_actions.extract_iam_action

    def extract_of_one_resource(
        service: str, method: str, path: str, headers: Any, body: bytes, query: Any
    ) -> Any:
        action = extract(service, method, path, headers, body, query)
        if action and _is_doubtful(service, headers, body, query):
            return f"{action.partition(':')[0]}:{DOUBTFUL}"
        return action

    iam_actions.extract_iam_action = extract_of_one_resource
    _refuse_doubtful()


def _refuse_doubtful() -> None:
    """Let no policy allow what may be something else, not by a wildcard either."""
    enforce = iam_evaluator.enforce

    def enforce_the_certain(key: str, action: str, service: str, *given: Any, **options: Any) -> Any:
        doubt = action.partition(":")[2] in (DOUBTFUL, one_operation.DOUBTFUL)
        if doubt and not iam_evaluator.is_root_access_key(key):
            message = (
                f"A request must name one operation and one resource; not authorized to perform: {action}"
            )
            return iam_evaluator.AuthError(iam_actions._DENIED_CODES.get(service, "AccessDenied"), message)
        return enforce(key, action, service, *given, **options)

    iam_evaluator.enforce = enforce_the_certain


def _is_doubtful(service: str, headers: Any, body: bytes, query: Any) -> bool:
    if _is_told_by_path(service):
        return False
    target = str(headers.get("x-amz-target", ""))
    given = document_of(body) if target else _form(body, query)
    operation = target.rpartition(".")[2] or str(given.get("Action", ""))
    known = members_of(service, operation)
    if not known:
        return False  # of an operation that is not AWS's
    if len({name.lower() for name in given}) < len(given):
        return True  # one parameter by two spellings, of which each reader takes its own
    unknown = (name for name in given if name.lower() not in known | _NO_PARAMETERS)
    return any(map(_NAMES_RESOURCE.search, unknown)) or _disagree(service, operation, given)


@cache
def _is_told_by_path(service: str) -> bool:
    """Whether method and path name a service's operations; then nobody reads a file in the body for more."""
    protocols = [str(model.metadata["protocol"]) for model in map(model_of, clients_of(service)) if model]
    return all(protocol.startswith("rest-") for protocol in protocols)


def document_of(body: bytes) -> dict[str, Any]:
    """Return what a request says in JSON; nothing where it is no document."""
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _form(body: bytes, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the first value of each field, by what stands before a dot."""
    fields = [*parse_qsl(body.decode(errors="replace"), keep_blank_values=True)]
    fields += [(name, value[0] if isinstance(value, list) else value) for name, value in query.items()]
    return {name.partition(".")[0]: value for name, value in reversed(fields)}


@cache
def members_of(service: str, operation: str) -> frozenset[str]:
    """Return the names of the parameters of an operation, in small letters; none where nobody knows it."""
    shapes = [
        model.operation_model(operation).input_shape
        for model in map(model_of, clients_of(service))
        if model and operation in model.operation_names
    ]
    names: set[str] = {"action", "version"} if shapes else set()
    for name, member in [each for shape in shapes if shape for each in shape.members.items()]:
        element = getattr(member, "member", None)
        said = [each.serialization.get("name") for each in (member, element) if each is not None]
        names |= {each.lower() for each in (name, *said, member.serialization.get("queryName")) if each}
    return frozenset(names)


def _disagree(service: str, operation: str, given: Mapping[str, Any]) -> bool:
    if len(_ONE_OF.get((service, operation), frozenset()) & given.keys()) > 1:
        return True
    arn = given.get("StreamARN")
    if service != "kinesis" or not arn:
        return False
    read = kinesis._shard_iterators.get(given.get("ShardIterator")) or {}
    named = {given.get("StreamName") or read.get("stream"), read.get("stream")} - {None}
    return any(not str(arn).endswith(f":stream/{name}") for name in named)
