"""Gap: who may make a stack may make everything that a template can say, whatever their own rights are.

CloudFormation works with the role of the stack, or with the rights of who calls it. MiniStack makes each
resource with all rights, so here only who may do everything has a stack made, or who passes a role that may.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html
"""

from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id

from .. import calls  # noqa: TID252 - this package has another name where it runs
from . import passing

_MAKE = frozenset(f"cloudformation:{name}" for name in ("CreateStack", "UpdateStack", "CreateChangeSet"))
_ALL = (("wellmade", "wellmade:Everything"), ("iam", "iam:CreateRole"))
"""What a policy allows that allows everything: an action that only `*` names, and the one left out first
where all the rest is allowed."""


def apply() -> None:
    """Ask for all rights before a stack is made."""
    enforce = iam_evaluator.enforce

    def enforce_stacks(key: str, action: str, service: str, region: str, *given: Any, **options: Any) -> Any:
        makes = action in _MAKE and not iam_evaluator.is_root_access_key(key)
        role = passing.said("RoleARN") if makes else None
        denied = enforce(key, action, service, region, *given, **options)
        if denied or not makes:
            return denied
        who = calls.credentials(passing.taken_by(role), get_account_id(), region).access_key if role else key
        lacks = (enforce(who, every, of, region, "*") for of, every in _ALL)
        return _told(role) if any(lacks) else None

    iam_evaluator.enforce = enforce_stacks


def _told(role: str | None) -> Any:
    who = f"the role {role}" if role else "who calls it without a RoleARN"
    return iam_evaluator.AuthError(
        iam_actions._DENIED_CODES.get("cloudformation", "AccessDenied"),  # noqa: SLF001 - a private name of the pinned MiniStack
        f"The embedded AWS makes stacks with all rights, which {who} has not; give a RoleARN that may do"
        " everything, or deploy with: wellmade local up",
    )
