"""What a pattern is given lies in its account and region, where AWS asks for that."""

from collections.abc import Collection
from typing import Any

from constructs import IConstruct

from wellmade.kit.lookups import default_child, is_unresolved, offers, same_stack, stack_of
from wellmade.kit.refusals import refusal

BOTH = ("account", "region")


def refuse_elsewhere(
    scope: IConstruct, option: str, given: Any, *, imported: Collection[str] = BOTH, path: str | None = None
) -> None:
    """Raise where something that was given is of another account or region.

    What is known at deployment only is taken.

    Args:
        scope: The pattern.
        option: Under which it was given.
        given: Something of this app, which is of one account and region with what uses it, or an imported
            resource; None is passed over.
        imported: What must be the same of an imported one, which its owner may let others use. Default:
            `account` and `region`.
        path: Of what refuses. Default: that of `scope`.

    Raises:
        RefusedError: If it is.
    """
    if given is None:
        return
    if not offers(given, "env"):
        refuse_stack_elsewhere(scope, option, given)
        return
    is_defined = default_child(given) is not None
    if is_defined and same_stack(scope, given):
        return
    words = BOTH if is_defined else imported
    if words:
        where = given.env
        _refuse(scope, path, option, words, {"account": where.account, "region": where.region})


def refuse_stack_elsewhere(scope: IConstruct, option: str, given: IConstruct) -> None:
    """Raise where something is defined in a stack of another account or region.

    Raises:
        RefusedError: If it is.
    """
    if not same_stack(scope, given):
        stack = stack_of(given)
        _refuse(scope, None, option, BOTH, {"account": stack.account, "region": stack.region})


def _refuse(
    scope: IConstruct, path: str | None, option: str, words: Collection[str], theirs: dict[str, str]
) -> None:
    stack = stack_of(scope)
    ours = {"account": stack.account, "region": stack.region}
    for word in words:
        given, own = theirs[word], ours[word]
        if given != own and not is_unresolved(given) and not is_unresolved(own):
            allowed, fix = f"of the {word} of the pattern, {own}", f"define what works together in one {word}"
            raise refusal(path or scope, option, allowed, f"one of {given}", fix)
