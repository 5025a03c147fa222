"""The condition operators: how a value of the request is compared with those of the policy.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import operator
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

from wellmade.prove.policy import values
from wellmade.prove.policy.arns import by_segment
from wellmade.prove.policy.glob import Match, matcher
from wellmade.prove.policy.variables import Context, Text

Comparison = Callable[[str, Context], bool]
"""Tell whether one value of the request matches one of the policy at least."""

Reader = Callable[..., Text]
"""Reads text of a policy, in which variables count or not, by the policy's version."""

Build = Callable[[Sequence[str], Reader], Comparison]
"""Compile the values of a policy; ValueError says what they must be."""


class Operator(NamedTuple):
    """One operator without its `IfExists` and its set."""

    build: Build
    negated: bool = False


def _equal(fold: Callable[[str], str]) -> Build:
    def build(texts: Sequence[str], read: Reader) -> Comparison:
        wanted = [read(text) for text in texts]
        constants = frozenset(fold(text.constant) for text in wanted if text.constant is not None)
        templates = [text for text in wanted if text.constant is None]
        if not templates:
            return lambda value, _: fold(value) in constants

        def compare(value: str, context: Context) -> bool:
            given = fold(value)
            if given in constants:
                return True
            resolved = (text.resolve(context) for text in templates)
            return any(text is not None and fold(text) == given for text in resolved)

        return compare

    return build


def _like(compile_pattern: Callable[[str], Match]) -> Build:
    def build(texts: Sequence[str], read: Reader) -> Comparison:
        wanted = [read(text, wildcards=True) for text in texts]
        constants = [compile_pattern(text.constant) for text in wanted if text.constant is not None]
        templates = [text for text in wanted if text.constant is None]

        def compare(value: str, context: Context) -> bool:
            if any(match(value) for match in constants):
                return True
            patterns = (text.resolve(context) for text in templates)
            return any(pattern is not None and compile_pattern(pattern)(value) for pattern in patterns)

        return compare

    return build


def _read(
    read_policy: Callable[[str], Any],
    compare_one: Callable[[Any, Any], bool],
    read_request: Callable[[str], Hashable] | None = None,
) -> Build:
    """Compare what values say; a value of the request that says nothing matches nothing."""
    read = read_request or read_policy

    def build(texts: Sequence[str], _: Reader) -> Comparison:
        wanted = [read_policy(text) for text in texts]

        def compare(value: str, _: Context) -> bool:
            try:
                given = read(value)
            except ValueError:
                return False
            return any(compare_one(given, one) for one in wanted)

        return compare

    return build


def _ordered(prefix: str, read: Callable[[str], Any]) -> dict[str, Operator]:
    return {
        f"{prefix}Equals": Operator(_read(read, operator.eq)),
        f"{prefix}NotEquals": Operator(_read(read, operator.eq), negated=True),
        f"{prefix}LessThan": Operator(_read(read, operator.lt)),
        f"{prefix}LessThanEquals": Operator(_read(read, operator.le)),
        f"{prefix}GreaterThan": Operator(_read(read, operator.gt)),
        f"{prefix}GreaterThanEquals": Operator(_read(read, operator.ge)),
    }


def _truth(texts: Sequence[str], read: Reader) -> Comparison:
    for text in texts:
        if read(text).constant is not None:
            values.truth(text)
    return _equal(str.lower)(texts, read)


_ADDRESS = _read(values.network, lambda given, wanted: given in wanted, values.address)

OPERATORS = {
    "StringEquals": Operator(_equal(str)),
    "StringNotEquals": Operator(_equal(str), negated=True),
    "StringEqualsIgnoreCase": Operator(_equal(str.lower)),
    "StringNotEqualsIgnoreCase": Operator(_equal(str.lower), negated=True),
    "StringLike": Operator(_like(matcher)),
    "StringNotLike": Operator(_like(matcher), negated=True),
    "ArnEquals": Operator(_like(by_segment)),
    "ArnLike": Operator(_like(by_segment)),
    "ArnNotEquals": Operator(_like(by_segment), negated=True),
    "ArnNotLike": Operator(_like(by_segment), negated=True),
    **_ordered("Numeric", values.number),
    **_ordered("Date", values.moment),
    "Bool": Operator(_truth),
    "BinaryEquals": Operator(_read(values.binary, operator.eq)),
    "IpAddress": Operator(_ADDRESS),
    "NotIpAddress": Operator(_ADDRESS, negated=True),
}
"""All but `Null`, which asks for the key and not for its values."""

BY_NAME = {name.lower(): found for name, found in OPERATORS.items()}
"""IAM does not mind the case of their names."""
