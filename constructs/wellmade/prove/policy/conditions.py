"""The `Condition` element: all of its operators and keys must hold; of the values of a key, one must.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from wellmade.prove.policy import values
from wellmade.prove.policy.errors import PolicyError
from wellmade.prove.policy.operators import BY_NAME, OPERATORS, Comparison, Reader
from wellmade.prove.policy.variables import Context, Text

Condition = Callable[[Context], bool]


class Test(NamedTuple):
    """What a condition asks of the values of its key."""

    compare: Comparison
    negated: bool
    if_exists: bool
    """Holds also if the request does not have the key."""


def compile_conditions(block: object, where: str, *, variables: bool) -> tuple[Condition, ...]:
    """Compile a `Condition` element.

    Raises:
        PolicyError: If it is none, or names an operator that IAM does not have, or a value of a wrong type.
    """
    read = partial(Text, variables=variables)
    conditions = []
    for name, keys in _pairs(block, f"{where}: Condition"):
        for key, given in _pairs(keys, f"{where}: {name}"):
            texts = _texts(given, f"{where}: {name} of {key}")
            conditions.append(_compile(name, key.lower(), texts, read, f"{where}: {name} of {key}"))
    return tuple(conditions)


def _compile(name: str, key: str, texts: Sequence[str], read: Reader, where: str) -> Condition:
    quantifier, _, base = name.lower().rpartition(":")
    plain = base.removesuffix("ifexists")
    if quantifier not in SETS or (base != "null" and plain not in BY_NAME):
        raise PolicyError(f"{where}: no such condition operator; IAM has {', '.join(OPERATORS)} and Null")
    try:
        if base == "null":
            return _null(key, {values.truth(text) == "true" for text in texts})
        compare = BY_NAME[plain].build(texts, read)
    except ValueError as error:
        raise PolicyError(f"{where} must be {error}, got {', '.join(texts)}") from error
    return SETS[quantifier](key, Test(compare, BY_NAME[plain].negated, plain != base))


def _null(key: str, absent: set[bool]) -> Condition:
    return lambda context: (not context.get(key)) in absent


def _for_one(key: str, test: Test) -> Condition:
    """A key that is absent matches nothing; and without a set operator so does one with several values."""
    compare, negated, if_exists = test
    absent = negated or if_exists

    def holds(context: Context) -> bool:
        given = context.get(key)
        if not given:
            return absent
        return len(given) == 1 and compare(given[0], context) != negated

    return holds


def _for_any(key: str, test: Test) -> Condition:
    def holds(context: Context) -> bool:
        given = context.get(key)
        if not given:
            return test.if_exists
        return any(test.compare(value, context) != test.negated for value in given)

    return holds


def _for_all(key: str, test: Test) -> Condition:
    """All values match, or none does when negated; so it holds also when there are none."""
    return lambda context: all(test.compare(value, context) != test.negated for value in context.get(key, ()))


SETS = {"": _for_one, "forallvalues": _for_all, "foranyvalue": _for_any}
"""How the values of the request are taken together."""


def _pairs(block: object, where: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(block, Mapping) or not all(isinstance(name, str) for name in block):
        raise PolicyError(f"{where} must be an object whose names are text, got {block!r}")
    yield from block.items()


def _texts(given: object, where: str) -> list[str]:
    many = given if isinstance(given, list | tuple) else [given]
    if wrong := [each for each in many if not isinstance(each, str | bool | int | float)]:
        raise PolicyError(f"{where} must be text, numbers, true or false, got {wrong[0]!r}")
    return [str(each).lower() if isinstance(each, bool) else str(each) for each in many]
