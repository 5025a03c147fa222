"""Memoised lookups through jsii: what never changes about a construct is asked for once."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from aws_cdk import Duration, IResolvable, Reference, Stack, Token, Tokenization, Validations
from constructs import IConstruct, Node

_Subject = TypeVar("_Subject")
_Answer = TypeVar("_Answer")
_TOKEN = re.compile(r"\$\{Token\[[a-zA-Z0-9:._-]*\]\}")
_NUMBER_TOKENS = -1e288
"""Numbers below are the CDK's, for numbers that deployment tells."""


class _Once(Generic[_Subject, _Answer]):
    """Asks once for what never changes about a subject."""

    def __init__(self, ask: Callable[[_Subject], _Answer]) -> None:
        self._ask = ask
        self._known: WeakKeyDictionary[_Subject, _Answer] = WeakKeyDictionary()

    def __call__(self, subject: _Subject) -> _Answer:
        found = self._known.get(subject)
        if found is None:
            found = self._ask(subject)
            if found is not None:  # what is not there yet may come
                self.know(subject, found)
        return found

    def know(self, subject: _Subject, answer: _Answer) -> None:
        """Take an answer that needs no asking."""
        self._known[subject] = answer

    def share(self, subject: _Subject, other: _Subject) -> None:
        """Take the answer for one, if it is known, as that for another."""
        if subject in self._known:
            self._known[other] = self._known[subject]


def _default_child(construct: IConstruct) -> IConstruct | None:
    found = node_of(construct).default_child
    if found is not None and not isinstance(found, Stack):
        stack_of.share(construct, found)
        root_of.share(construct, found)
    return found


def _outermost(stack: Stack) -> Stack:
    parent = stack.nested_stack_parent
    return outermost_stack(parent) if parent else stack


node_of: _Once[IConstruct, Node] = _Once(lambda construct: construct.node)
"""Return a construct's node."""

path_of: _Once[IConstruct, str] = _Once(lambda construct: node_of(construct).path)
"""Return a construct's path."""

stack_of: _Once[IConstruct, Stack] = _Once(Stack.of)
"""Return the stack that a construct is in."""

seconds: _Once[Duration, float] = _Once(lambda duration: float(duration.to_milliseconds()) / 1000)
"""Return a duration in seconds, fractions kept."""

root_of: _Once[IConstruct, IConstruct] = _Once(lambda construct: node_of(construct).root)
"""Return the app that a construct is in."""

default_child: _Once[IConstruct, IConstruct | None] = _Once(_default_child)
"""Return the resource that a construct is made around; None for an imported one."""

validations_of: _Once[IConstruct, Validations] = _Once(Validations.of)
"""Return where findings on a construct are acknowledged and rules are added."""

environment_of: _Once[Stack, str] = _Once(lambda stack: stack.environment)
"""Return the account and region of a stack, as the CDK writes them."""

outermost_stack: _Once[Stack, Stack] = _Once(_outermost)
"""Return the stack that is deployed by itself: the stack, or the one that it is nested in."""


_target_of: _Once[Reference, IConstruct] = _Once(lambda reference: reference.target)
"""Return what a reference is to."""


def settle(construct: IConstruct, scope: IConstruct, construct_id: str) -> None:
    """Note where a construct that is just being defined will be, which its scope tells.

    Args:
        construct: Not a stack, which is a place of its own.
        scope: Where it is defined.
        construct_id: Its id there.
    """
    if construct_id and "/" not in construct_id:  # which the CDK would write otherwise
        path_of.know(construct, f"{path_of(scope)}/{construct_id}".removeprefix("/"))
    stack_of.know(construct, stack_of(scope))
    root_of.know(construct, root_of(scope))


def is_unresolved(value: object) -> bool:
    """Tell whether a value is, or has in it, what only deployment tells; see `Token.is_unresolved`."""
    if isinstance(value, str):
        return bool(_TOKEN.search(value))
    if isinstance(value, int | float):
        return value < _NUMBER_TOKENS
    return value is not None and Token.is_unresolved(value)


def resolved(scope: IConstruct, value: Any) -> Any:
    """Return what a value is in the template of a construct's stack; plain text is itself."""
    if isinstance(value, str) and not is_unresolved(value):
        return value
    return stack_of(scope).resolve(value)


def same_stack(one: IConstruct, other: IConstruct) -> bool:
    """Tell whether two constructs are synthesized into the same template."""
    return path_of(stack_of(one)) == path_of(stack_of(other))


def same_environment(one: IConstruct, other: IConstruct) -> bool:
    """Tell whether two constructs are deployed to the same account and region, as far as is known."""
    return environment_of(stack_of(one)) == environment_of(stack_of(other))


def known_environment(stack: Stack) -> dict[str, str]:
    """Return account and region of a stack by their pseudo parameters, as far as they are known at synth."""
    told = environment_of(stack).removeprefix("aws://").split("/")
    named = zip(("AWS::AccountId", "AWS::Region"), told, strict=True)
    return {name: value for name, value in named if not value.startswith("unknown-")}


def refers_within(scope: IConstruct, arn: str) -> bool:
    """Tell whether all that an ARN refers to is in the stack of `scope`."""
    references, _ = references_in(arn)
    return all(same_stack(scope, _target_of(reference)) for reference in references)


def references_in(text: str) -> tuple[tuple[Reference, ...], bool]:
    """Return the references in a text, and whether it holds other tokens too."""
    tokens = [_meant(token) for token in dict.fromkeys(_TOKEN.findall(text))]
    references = tuple(token for token in tokens if isinstance(token, Reference))
    return references, len(references) < len(tokens)


@lru_cache(maxsize=512)
def _meant(token: str) -> IResolvable | None:
    return Tokenization.reverse(token)


def offers(thing: object, attribute: str) -> bool:
    """Tell whether something has an attribute, by its class; the CDK's imported things hide their classes.

    Args:
        thing: What the user has given.
        attribute: Such as `queue_arn`, by which a queue is known.
    """
    return any(hasattr(type(each), attribute) for each in (thing, *getattr(thing, "_delegates", ())))


def is_same(one: object, other: object) -> bool:
    """Tell whether two values of the CDK's classes are one; Python gets a new object at each look."""
    return one is other or (_reference(one) is not None and _reference(one) == _reference(other))


def _reference(value: object) -> str | None:
    found: str | None = getattr(getattr(value, "__jsii_ref__", None), "ref", None)
    return found
