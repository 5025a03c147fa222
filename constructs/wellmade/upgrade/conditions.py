"""Conditions of a template with all that they are made of."""

from typing import Any

from wellmade.upgrade.stacks import Written


def rules_of(stack: Written, condition: str) -> dict[str, Any]:
    """Return a condition and all that it is made of."""
    written, found, waiting = stack.section("Conditions"), dict[str, Any](), [condition]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = stack.canonical(written.get(name))
            waiting += _named_in(found[name])
    return found


def chosen_by(value: Any) -> set[str]:
    """Return the conditions by which a value is chosen."""
    match value:
        case {"Fn::If": [str(name), *branches]}:
            return {name}.union(*map(chosen_by, branches))
        case dict():
            return set[str]().union(*map(chosen_by, value.values()))
        case list():
            return set[str]().union(*map(chosen_by, value))
        case _:
            return set()


def _named_in(rule: Any) -> list[str]:
    match rule:
        case {"Condition": str(name)}:
            return [name]
        case dict():
            return [name for each in rule.values() for name in _named_in(each)]
        case list():
            return [name for each in rule for name in _named_in(each)]
        case _:
            return []
