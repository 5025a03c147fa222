"""Conditions of a template with all that they are made of."""

from typing import Any

from wellmade.upgrade.stacks import Written
from wellmade.upgrade.values import looked_up


def is_another(old: Written, new: Written, condition: str) -> bool:
    """Tell whether a condition may come out another way than it did."""
    rules = rules_of(new, condition)
    return rules_of(old, condition) != rules or looks_up_another(old, new, rules)


def looks_up_another(old: Written, new: Written, value: Any) -> bool:
    """Tell whether a map may give a value something else; what it has in addition is not deployed yet."""
    for name, row, column in looked_up(value):
        was, becomes = (_cells(each.section("Mappings").get(name)) for each in (old, new))
        for (first, second), cell in was.items():
            if row in (None, first) and column in (None, second) and becomes.get((first, second)) != cell:
                return True
    return False


def _cells(table: Any) -> dict[tuple[str, str], Any]:
    rows = table.items() if isinstance(table, dict) else ()
    return {(first, key): cell for first, row in rows if isinstance(row, dict) for key, cell in row.items()}


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
