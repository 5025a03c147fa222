"""Variables that tell a workload where something is; two things may not claim one name."""

from collections.abc import Mapping
from typing import cast

from constructs import IConstruct

from wellmade.kit.lookups import path_of
from wellmade.kit.refusals import refusal
from wellmade.kit.registry import Registry
from wellmade.kit.workload import AnyWorkload, workload_of

_set_by: Registry[dict[str, str]] = Registry(dict)


def set_variables(
    owner: IConstruct, workload: AnyWorkload, variables: Mapping[str, str], *, prefix: str = ""
) -> None:
    """Set variables of a workload, and refuse those that something else has set.

    Args:
        owner: What the variables point at.
        workload: Whose they are.
        variables: Values by name.
        prefix: Before each name, where a workload is connected to two of a kind. Default: nothing.

    Raises:
        RefusedError: If one of them is set by something else.
    """
    target = workload_of(owner, workload)
    # Of a pattern the function's, so that both names of it mean the same variables.
    code = cast(IConstruct, getattr(target, "function", target))
    taken = _set_by.of(code)
    path = path_of(owner)
    for name, value in variables.items():
        full = f"{prefix}{name}"
        if taken.setdefault(full, path) != path:
            fix = f"give one of the two a prefix, such as connect(…, prefix='{owner.node.id.upper()}_')"
            got = f"{full}, which {taken[full]} has set on {code.node.path}"
            raise refusal(owner, "prefix", "one that makes the variables' names free", got, fix)
        target.add_environment(full, value)
