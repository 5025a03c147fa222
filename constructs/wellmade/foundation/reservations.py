"""What functions reserve of an account's concurrency, over all stacks of an app that share the account."""

from collections import defaultdict
from weakref import WeakKeyDictionary

from constructs import Construct, IConstruct

from wellmade.facts.lambda_ import ACCOUNT_CONCURRENCY, UNRESERVED
from wellmade.kit.lookups import environment_of, node_of, outermost_stack, root_of, stack_of
from wellmade.kit.refusals import refusal

CONTEXT = "wellmade:account-concurrency"
"""Context value with the account's quota, where it is not 1,000."""

_reserved: "WeakKeyDictionary[IConstruct, defaultdict[str, int]]" = WeakKeyDictionary()


def reserve(scope: Construct, path: str, wanted: int | None) -> None:
    """Count a reservation against the account and region that a stack is deployed to.

    Stacks without an environment of their own are taken to share one.

    Args:
        scope: Where the function is defined.
        path: The function's path.
        wanted: Executions that it reserves; None reserves nothing.

    Raises:
        RefusedError: If there are not as many left.
    """
    if wanted is None:
        return
    quota = int(node_of(scope).try_get_context(CONTEXT) or ACCOUNT_CONCURRENCY)
    reservable = max(0, quota - UNRESERVED)
    taken = _reserved.setdefault(root_of(scope), defaultdict(int))
    environment = environment_of(outermost_stack(stack_of(scope)))
    already = taken[environment]
    if not 1 <= wanted <= reservable - already:
        left = reservable - already
        bounds = f"between 1 and {left}" if left else "None"
        allowed = f"{bounds} ({already} of the account's {reservable} are reserved already)"
        fix = f"reserve less, set it to None, or give the account's quota as the context value {CONTEXT}"
        raise refusal(path, "reserved_concurrency", allowed, wanted, fix)
    taken[environment] += wanted
