"""Which stack of a new app is which of the old one, where those of several regions share a name."""

from collections.abc import Mapping
from dataclasses import replace

from wellmade.upgrade.stacks import Written


def paired(old: Mapping[str, Written], new: Mapping[str, Written]) -> dict[str, Written]:
    """Return the new stacks by the names of the old ones: of those that share a name, the one in its region.

    Readers number stacks that share a name in their order, which another region may change.

    Args:
        old: What is deployed, by name.
        new: What is to be deployed, by name.
    """
    waiting = [each for each in old.values() if not each.is_nested]
    names: dict[str, str] = {}
    roots = [each for each in new.values() if not each.is_nested]
    for alike in (_same_place, _same_name):
        for root in roots:
            twin = next((each for each in waiting if alike(each, root)), None)
            if root.name not in names and twin is not None:
                names[root.name] = twin.name
                waiting.remove(twin)
    for root in roots:
        if root.name not in names:
            names[root.name] = _fresh(root, {*old, *names.values()})
    return {(name := _renamed(each.name, names)): replace(each, name=name) for each in new.values()}


def _same_name(one: Written, other: Written) -> bool:
    return one.deployed_name == other.deployed_name


def _same_place(one: Written, other: Written) -> bool:
    return _same_name(one, other) and one.environment == other.environment


def _fresh(stack: Written, taken: set[str]) -> str:
    name, number = stack.deployed_name, 1
    while name in taken:
        number += 1
        name = f"{stack.deployed_name}#{number}"
    return name


def _renamed(name: str, names: Mapping[str, str]) -> str:
    root = next(each for each in names if f"{name}/".startswith(f"{each}/"))
    return f"{names[root]}{name.removeprefix(root)}"
