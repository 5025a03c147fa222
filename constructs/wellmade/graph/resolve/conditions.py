"""Which conditions of templates can hold together.

A condition compares values. Two that compare one parameter with different texts never hold together, and what
one demands another may exclude. What cannot be read is taken as free to hold or not.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import product
from math import prod
from typing import Any, NamedTuple

from wellmade.graph.read.stack import Stack

Name = tuple[str, str]
"""Stack and name of a condition."""
World = frozenset[tuple[Name, bool]]
"""Of each condition whether it holds."""
Choice = Mapping[str, str]
Rule = Callable[[Choice], bool]

OTHER = "\0"
"""Any value that no condition compares with."""
MOST_CHOICES = 4096


class Side(NamedTuple):
    """One side of a comparison: a text, or something that has one of several values."""

    text: str = ""
    variable: str = ""
    allowed: tuple[str, ...] = ()
    """Every value that it can have; empty if that is not known."""


class Conditions:
    """The conditions of some stacks.

    Args:
        stacks: The templates.
        known: Values that are settled, such as `AWS::Region`, by the name of the parameter. Default: none.
    """

    def __init__(self, stacks: Iterable[Stack], known: Mapping[str, str] | None = None) -> None:
        self._stacks = {stack.name: stack for stack in stacks}
        self._known = known or {}
        self._rules: dict[Name, Rule] = {}
        self._used: dict[Name, set[str]] = {}
        self._values: dict[str, dict[str, None]] = {}
        self._allowed: dict[str, tuple[str, ...]] = {}

    def worlds(self, names: Iterable[Name], most: int) -> list[World] | None:
        """Return how these conditions can hold together; None if in more ways than `most`."""
        wanted = sorted(set(names))
        for name in wanted:
            self._rule(name)
        variables = sorted({each for name in wanted for each in self._used[name]})
        values = [self._possible(each) for each in variables]
        if prod(map(len, values)) > MOST_CHOICES:
            return None
        found: dict[World, None] = {}
        for chosen in product(*values):
            choice = dict(zip(variables, chosen, strict=True))
            found[frozenset((name, self._rules[name](choice)) for name in wanted)] = None
        return list(found) if len(found) <= most else None

    def related(self, names: Iterable[Name], others: Iterable[Name]) -> set[Name]:
        """Return those of some conditions that compare something that others compare too."""
        every = [*names]
        known = [*others]
        for name in (*every, *known):
            self._rule(name)
        compared = {each for name in known for each in self._used[name]}
        return {name for name in every if compared & self._used[name]}

    def _possible(self, variable: str) -> list[str]:
        compared, allowed = list(self._values[variable]), self._allowed.get(variable, ())
        if not allowed:
            return [*compared, OTHER]
        kept = [each for each in compared if each in allowed]
        return [*kept, OTHER] if set(allowed) - set(kept) else kept

    def _rule(self, name: Name) -> Rule:
        if name not in self._rules:
            used = self._used[name] = set()
            self._rules[name] = self._free(f"condition {'/'.join(name)}", used)  # for one that uses itself
            stack = self._stacks.get(name[0])
            written = stack.section("Conditions").get(name[1]) if stack else None
            if stack and written is not None:
                read: set[str] = set()
                self._rules[name] = self._read(stack, written, read)
                self._used[name] = read
        return self._rules[name]

    def _read(self, stack: Stack, written: Any, used: set[str]) -> Rule:
        match written:
            case {"Condition": str() as other}:
                rule = self._rule((stack.name, other))
                used |= self._used[stack.name, other]
                return rule
            case {"Fn::Not": [inner]}:
                return partial(_not, self._read(stack, inner, used))
            case {"Fn::And": list() as several}:
                return partial(_all, [self._read(stack, each, used) for each in several])
            case {"Fn::Or": list() as several}:
                return partial(_any, [self._read(stack, each, used) for each in several])
            case {"Fn::Equals": [one, other]}:
                return self._equals(self._side(stack, one), self._side(stack, other), used)
        return self._free(f"{stack.name}: {json.dumps(written, sort_keys=True, default=str)}", used)

    def _equals(self, one: Side, other: Side, used: set[str]) -> Rule:
        if one == other or not (one.variable or other.variable):
            return partial(_constant, one == other)
        if one.variable and other.variable:
            return self._free(" = ".join(sorted((one.variable, other.variable))), used)
        of, text = (one, other.text) if one.variable else (other, one.text)
        if of.allowed:
            self._allowed[of.variable] = of.allowed
        return self._compared(of.variable, text, used)

    def _free(self, variable: str, used: set[str]) -> Rule:
        return self._compared(variable, "true", used)

    def _compared(self, variable: str, text: str, used: set[str]) -> Rule:
        self._values.setdefault(variable, {})[text] = None
        used.add(variable)
        return partial(_is, variable, text)

    def _side(self, stack: Stack, written: Any) -> Side:
        match written:
            case bool():
                return Side(str(written).lower())
            case str() | int() | float():
                return Side(str(written))
            case {"Ref": str() as name} if (told := self._told(stack, name)) is not None:
                return Side(told)
            case {"Ref": str() as name} if name in stack.section("Parameters"):
                return self._parameter(stack, name)
            case {"Ref": "AWS::Region" | "AWS::AccountId" | "AWS::Partition" as name}:
                return Side(variable=name)
        return Side(variable=f"{stack.name}: {json.dumps(written, sort_keys=True, default=str)}")

    def _told(self, stack: Stack, name: str) -> str | None:
        known = self._known.get(f"{stack.name}/{name}")
        return self._known.get(name) if known is None else known

    def _parameter(self, stack: Stack, name: str) -> Side:
        """Return a parameter, or what the parent stack passes for it."""
        if stack.parent and name in stack.passed:
            return self._side(stack.parent, stack.passed[name])
        declared = stack.section("Parameters")[name]
        allowed = declared.get("AllowedValues") if isinstance(declared, dict) else None
        texts = tuple(_written(each) for each in allowed) if isinstance(allowed, list) else ()
        return Side(variable=f"{stack.name}/{name}", allowed=texts)


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _constant(value: bool, _: Choice) -> bool:  # noqa: FBT001 - what a rule is made of
    return value


def _is(variable: str, text: str, choice: Choice) -> bool:
    return choice[variable] == text


def _not(rule: Rule, choice: Choice) -> bool:
    return not rule(choice)


def _all(rules: Iterable[Rule], choice: Choice) -> bool:
    return all(rule(choice) for rule in rules)


def _any(rules: Iterable[Rule], choice: Choice) -> bool:
    return any(rule(choice) for rule in rules)
