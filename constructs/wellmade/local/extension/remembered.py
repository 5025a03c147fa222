"""Gap: MiniStack works out anew, several times a request, who calls and what policies say.

The answers are the same, and so are the checks: what a key resolves to, each request's signature and each
decision of a policy are never remembered.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import copy
import functools
import os
import re
from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.core import iam_evaluator as evaluator
from ministack.core import responses, router, sigv4

Replace = Callable[[str, Any], None]

_ACCOUNT = re.compile(r"\d{12}")
_KINDS = ("Root", "User", "AssumedRole", "FederatedUser")


def apply(replace_everywhere: Replace) -> None:
    """Remember what is the same for each request.

    Args:
        replace_everywhere: Replaces a function by its name.
    """
    replace_everywhere("is_root_access_key", _is_root)
    replace_everywhere("pin_signed_body", _add_body)
    evaluator.request_caller_arn = _arn_of_the_caller
    sigv4.uri_encode = functools.lru_cache(maxsize=1024)(sigv4.uri_encode)
    _read_keys_once()
    _parse_policies_once(replace_everywhere)
    _know_root_at_once(replace_everywhere)


@functools.cache
def _own_keys() -> frozenset[str]:
    """Return the keys of the machine's user; the server's environment does not change."""
    return frozenset({"", "test", os.environ.get("AWS_ACCESS_KEY_ID", "test")})


def _is_root(access_key_id: str) -> bool:
    return not access_key_id or access_key_id in _own_keys() or bool(_ACCOUNT.fullmatch(access_key_id))


def _add_body(body: bytes) -> None:
    """Complete the request that is checked; it is this request's own."""
    request = evaluator._signed_request.get()
    if request is not None:
        object.__setattr__(request, "body", body)


def _read_keys_once() -> None:
    """A request is asked for its key six times."""
    extract = router.extract_access_key_id
    from_header = functools.lru_cache(maxsize=64)(lambda header: extract({"authorization": header}))

    def extract_once(headers: dict[str, str], query_params: Any = None) -> Any:
        header = headers.get("authorization", "")
        known = from_header(header) if header.startswith("AWS4-") else ""
        return known or extract(headers, query_params)

    for module in (router, app):
        module.extract_access_key_id = extract_once


def _arn_of_the_caller(
    headers: dict[str, str] | None, query_params: dict[str, list[str]] | None = None
) -> str:
    """Say who calls without a look at what that caller may do."""
    account = responses.get_account_id()
    key = router.extract_access_key_id(headers or {}, query_params or {})
    own = responses._account_from_sts_session(key) or account
    found = evaluator.resolve_credential(key, own) if key and not _is_root(key) else None
    if (
        isinstance(found, evaluator.ResolvedCredential)
        and found.principal_type in _KINDS
        and found.principal_arn
    ):
        return str(found.principal_arn)
    return f"arn:aws:iam::{account}:root"


def _parse_policies_once(replace_everywhere: Replace) -> None:
    parse = evaluator.parse_policy_document
    parse_text = functools.lru_cache(maxsize=512)(parse)

    def parse_once(document: Any) -> Any:
        return copy.copy(parse_text(document)) if isinstance(document, str) else parse(document)

    replace_everywhere("parse_policy_document", parse_once)


def _know_root_at_once(replace_everywhere: Replace) -> None:
    """The machine's user may do everything, so there are no policies to gather."""
    resolve = evaluator.resolve_principal

    def resolve_at_once(access_key_id: str, account_id: str, credential: Any = None) -> Any:
        if credential is None or credential.principal_type != "Root":
            return resolve(access_key_id, account_id, credential)
        arn, account = credential.principal_arn, credential.account_id
        keys = {"aws:userid": credential.principal_id}
        return evaluator.PrincipalInfo(arn=arn, type="Root", account=account, policies=None, keys=keys)

    replace_everywhere("resolve_principal", resolve_at_once)
