"""Gap: who may make a stack may make everything that a template can say, whatever their own rights are.

CloudFormation works with the role of the stack, or with the rights of who calls it. MiniStack makes each
resource with all rights, so here only who may do everything has a stack made, or who passes a role that may.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html
"""

from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region

from .. import calls  # noqa: TID252 - this package has another name where it runs
from . import passing

_MAKE = frozenset(f"cloudformation:{name}" for name in ("CreateStack", "UpdateStack", "CreateChangeSet"))
_ALL = ("wellmade:Everything", "iam:CreateRole")
"""What a policy allows that allows everything: an action that only `*` names, and the one left out first
where all the rest is allowed."""


def apply() -> None:
    """Ask for all rights before a stack is made."""
    enforce = iam_evaluator.enforce

    def enforce_stacks(key: str, action: str, *given: Any, **options: Any) -> Any:
        makes = action in _MAKE and not iam_evaluator.is_root_access_key(key)
        role = passing.said("RoleARN") if makes else None
        denied = enforce(key, action, *given, **options)
        return denied if denied or not makes else _refusal(key, role)

    iam_evaluator.enforce = enforce_stacks


def _refusal(key: str, role: str | None) -> Any:
    """Return why whoever makes it may not; None if they may."""
    account, region = get_account_id(), get_region()
    of_role = calls.credentials(passing.taken_by(role), account, region).access_key if role else key
    who = iam_evaluator.resolve_principal(of_role, account)
    if isinstance(who, iam_evaluator.AuthError):
        return who
    lacks = [action for action in _ALL if not _may(who, action, region)]
    return _told(role) if lacks else None


def _may(who: Any, action: str, region: str) -> bool:
    if who.policies is None:
        return True  # the account's root user
    context = iam_evaluator.EvalContext(
        principal_arn=who.arn,
        principal_type=who.type,
        principal_account=who.account,
        action=action,
        resource_arn="*",
        region=region,
        principal_keys=who.keys,
        service_context={},
    )
    return bool(iam_evaluator.evaluate(context, who.policies, *who.limits).decision == "Allow")


def _told(role: str | None) -> Any:
    who = f"the role {role}" if role else "who calls it without a RoleARN"
    return iam_evaluator.AuthError(
        "AccessDenied",
        f"The embedded AWS makes stacks with all rights, which {who} has not; give a RoleARN that may do"
        " everything, or deploy with: wellmade local up",
    )
