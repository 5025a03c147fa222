"""Gap: the emulator's own key is taken at its word, and a request without one is its owner's.

MiniStack verifies signatures of users and sessions, but calls everybody who says `test` or names an account
the root of it. Here that key has a secret, a new one for each run, which every signature is checked against,
in a header or in a presigned address; who sends none may do what AWS lets anybody do, and nothing else.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import dataclasses
import functools
import hashlib
import hmac
import sys
from typing import Any

from ministack.core import iam_evaluator as evaluator
from ministack.core import lambda_runtime
from ministack.core.responses import get_account_id
from ministack.services import sts

from . import remembered

Denial = Any
"""MiniStack's answer to "may this be done": None for yes."""


def apply(secret: str) -> None:
    """Check every signature; to be called before other modules of MiniStack are imported.

    Args:
        secret: What requests of the machine's user are signed with.
    """
    remembered.apply(replace_everywhere)
    _know_the_secret(secret)
    _refuse_who_is_nobody()
    _give_functions_secrets(secret)


def replace_everywhere(name: str, replacement: Any) -> None:
    """Replace a function in the module that defines it and in those that have imported it by name."""
    original = getattr(evaluator, name, None) or getattr(lambda_runtime, name)
    for module in [module for key, module in list(sys.modules.items()) if key.startswith("ministack")]:
        if vars(module).get(name) is original:
            setattr(module, name, replacement)


def _know_the_secret(secret: str) -> None:
    resolve, identity = evaluator.resolve_credential, evaluator.resolve_caller_identity
    is_root = evaluator.is_root_access_key

    @functools.lru_cache(maxsize=64)
    def resolve_root(access_key_id: str, account_id: str, session_token: Any) -> Any:
        found = resolve(access_key_id, account_id, session_token)
        is_known = isinstance(found, evaluator.ResolvedCredential)
        return dataclasses.replace(found, secret_access_key=secret) if is_known else found

    def resolve_with_secret(
        access_key_id: str,
        account_id: str | None = None,
        session_token: Any = evaluator._SESSION_TOKEN_NOT_CHECKED,
    ) -> Any:
        if not access_key_id:
            return evaluator._unknown_access_key()
        known = resolve_root if is_root(access_key_id) else resolve
        return known(access_key_id, account_id or get_account_id(), session_token)

    def identity_of_root_too(access_key_id: str) -> Any:
        evaluator._is_root_key = is_root
        try:
            return identity(access_key_id)
        finally:
            evaluator._is_root_key = _is_taken_at_its_word

    replace_everywhere("resolve_credential", resolve_with_secret)
    replace_everywhere("resolve_caller_identity", identity_of_root_too)
    evaluator._is_root_key = _is_taken_at_its_word


def _is_taken_at_its_word(_access_key_id: str) -> bool:
    """No key is; MiniStack asks this to know whose signatures it need not check."""
    return False


def _refuse_who_is_nobody() -> None:
    enforce = evaluator.enforce

    def enforce_for_anybody(
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Denial:
        # IAM knows one action for a call and for a batch of it.
        if iam_action.startswith("sqs:"):
            iam_action = iam_action.removesuffix("Batch")
        if access_key_id or evaluator._signed_request.get() is not None:
            return enforce(access_key_id, iam_action, service, region, resource_arn, service_context)
        if _is_open(iam_action, service, region, resource_arn, service_context or {}):
            return None
        message = "The request is missing authentication credentials; sign it with the keys of this run"
        return evaluator.AuthError(
            "AccessDenied" if service == "s3" else "MissingAuthenticationToken", message
        )

    evaluator.enforce = enforce_for_anybody


def _is_open(
    iam_action: str, service: str, region: str, resource_arn: str, service_context: dict[str, Any]
) -> bool:
    """Whether AWS serves this to somebody without credentials."""
    if iam_action == "execute-api:Invoke":
        return bool(evaluator._anonymous.get())  # whether the API's method wants a signature is asked later
    if iam_action == "lambda:InvokeFunctionUrl":
        return bool(service_context.get("lambda:FunctionUrlAuthType") == "NONE")
    if service == "s3":
        from .posted_forms import is_form  # noqa: PLC0415 - it needs S3, which most clouds have later

        if is_form.get() and iam_action == "s3:PutObject":
            return True  # the form itself is signed, and judged when it is read
        return is_public(iam_action, region, resource_arn, service_context)
    return bool(evaluator._served_unsigned(service, iam_action))


def is_public(iam_action: str, region: str, resource_arn: str, service_context: dict[str, Any]) -> bool:
    """Tell whether a bucket's policy or an object's ACL opens this to everybody."""
    from ministack.services import s3  # noqa: PLC0415 - most clouds have their first bucket later

    bucket, _, key = resource_arn.rpartition(":::")[2].partition("/")
    owner = s3._bucket_owner_account(bucket) if bucket else None
    if owner is None:
        return False
    policy = s3._bucket_policies.get_scoped(owner, None, bucket)
    restricts = s3._public_access_blocked(owner, bucket, "RestrictPublicBuckets")
    closed = policy and restricts and s3._policy_is_public(policy)
    context = evaluator.EvalContext(
        principal_arn="*",
        principal_type="Anonymous",
        principal_account="",
        action=iam_action,
        resource_arn=resource_arn,
        region=region,
        service_context={name.lower(): value for name, value in service_context.items()},
    )
    if policy and not closed and evaluator.evaluate_resource_policy(policy, context).decision == "Allow":
        return True
    reads = iam_action in ("s3:GetObject", "s3:ListBucket")
    return reads and bool(s3._foreign_bucket_allows(owner, bucket, key, "GET", {}, ""))


def _give_functions_secrets(secret: str) -> None:
    """MiniStack computes a function's keys from its name, as anybody can; here the secret is part of it."""
    issue = lambda_runtime.execution_credentials

    def issue_secretly(config: dict[str, Any]) -> dict[str, str]:
        given: dict[str, str] = issue(config)
        key = given["AWS_ACCESS_KEY_ID"]
        hidden = {
            name: hmac.new(secret.encode(), value.encode(), hashlib.sha256).hexdigest()
            for name, value in given.items()
            if name != "AWS_ACCESS_KEY_ID"
        }
        session = {
            "SecretAccessKey": hidden["AWS_SECRET_ACCESS_KEY"],
            "SessionToken": hidden["AWS_SESSION_TOKEN"],
        }
        sts.register_session(key, {**sts._sessions.get(key), **session})
        return {"AWS_ACCESS_KEY_ID": key, **hidden}

    replace_everywhere("execution_credentials", issue_secretly)
