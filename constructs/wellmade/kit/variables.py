"""Variables that tell a workload where something is; two things may not claim one name."""

import re
from collections.abc import Mapping
from typing import cast

from constructs import IConstruct

from wellmade.facts.lambda_ import RESERVED_VARIABLES
from wellmade.kit.lookups import path_of
from wellmade.kit.refusals import refusal
from wellmade.kit.registry import Registry
from wellmade.kit.workload import AnyWorkload, workload_of

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]+")
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
    code = cast(IConstruct, getattr(target, "function", None) or target)
    # Of a task the definition's, whose container has them whoever starts it.
    taken = _set_by.of(cast(IConstruct, getattr(target, "task_definition", None) or code))
    path = path_of(owner)
    for name, value in variables.items():
        full = f"{prefix}{name}"
        refuse_wrong_name(path, "prefix", full)
        if taken.setdefault(full, path) != path:
            fix = f"give one of the two a prefix, such as connect(…, prefix='{owner.node.id.upper()}_')"
            got = f"{full}, which {taken[full]} has set on {code.node.path}"
            raise refusal(owner, "prefix", "one that makes the variables' names free", got, fix)
        target.add_environment(full, value)


def refuse_wrong_names(path: str, variables: Mapping[str, str]) -> None:
    """Raise where Lambda takes no variable of such a name.

    Raises:
        RefusedError: With the first of them.
    """
    for name in variables:
        refuse_wrong_name(path, "a name in environment", name)


def refuse_wrong_name(path: str, option: str, name: str) -> None:
    """Raise where no variable of a workload is called so.

    Args:
        path: Of what sets it.
        option: What the name comes from.
        name: The whole name.

    Raises:
        RefusedError: If it is no name, or Lambda keeps it for itself.
    """
    if not _NAME.fullmatch(name):
        allowed = "letters, digits and underscores, a letter first"
        raise refusal(path, option, allowed, repr(name), "write it as in ORDERS_TABLE", rule="cfn-lint:E3002")
    if name in RESERVED_VARIABLES:
        raise refusal(
            path,
            option,
            "one that Lambda does not set itself",
            name,
            "call it otherwise",
            rule="cfn-lint:E3663",
        )
