"""Memoised lookups through jsii: what never changes about a construct is asked for once."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar, cast
from weakref import WeakKeyDictionary

from aws_cdk import Duration, Reference, Stack, Tokenization, Validations
from constructs import IConstruct

_Subject = TypeVar("_Subject")
_Answer = TypeVar("_Answer")


def _once(ask: Callable[[_Subject], _Answer]) -> Callable[[_Subject], _Answer]:
    known: WeakKeyDictionary[_Subject, _Answer] = WeakKeyDictionary()

    def answer(subject: _Subject) -> _Answer:
        found = known.get(subject)
        if found is None:
            found = ask(subject)
            if found is not None:  # what is not there yet may come
                known[subject] = found
        return found

    return answer


def _path(construct: IConstruct) -> str:
    return construct.node.path


def _stack(construct: IConstruct) -> Stack:
    return Stack.of(construct)


def _seconds(duration: Duration) -> float:
    return float(duration.to_milliseconds()) / 1000


def _root(construct: IConstruct) -> IConstruct:
    return construct.node.root


def _default_child(construct: IConstruct) -> IConstruct | None:
    return construct.node.default_child


def _outermost(stack: Stack) -> Stack:
    parent = stack.nested_stack_parent
    return outermost_stack(parent) if parent else stack


path_of: Callable[[IConstruct], str] = _once(_path)
"""Return a construct's path."""

stack_of: Callable[[IConstruct], Stack] = _once(_stack)
"""Return the stack that a construct is in."""

seconds: Callable[[Duration], float] = _once(_seconds)
"""Return a duration in seconds, fractions kept."""

root_of: Callable[[IConstruct], IConstruct] = _once(_root)
"""Return the app that a construct is in."""

default_child: Callable[[IConstruct], IConstruct | None] = _once(_default_child)
"""Return the resource that a construct is made around; None for an imported one."""

validations_of: Callable[[IConstruct], Validations] = _once(Validations.of)
"""Return where findings on a construct are acknowledged and rules are added."""

outermost_stack: Callable[[Stack], Stack] = _once(_outermost)
"""Return the stack that is deployed by itself: the stack, or the one that it is nested in."""


def same_stack(one: IConstruct, other: IConstruct) -> bool:
    """Tell whether two constructs are synthesized into the same template."""
    return path_of(stack_of(one)) == path_of(stack_of(other))


def refers_within(scope: IConstruct, arn: str) -> bool:
    """Tell whether all that an ARN refers to is in the stack of `scope`."""
    if "${Token[" not in arn:
        return True
    references, _ = references_in(arn)
    return all(same_stack(scope, reference.target) for reference in references)


@lru_cache(maxsize=512)
def references_in(text: str) -> tuple[tuple[Reference, ...], bool]:
    """Return the references in a text, and whether it holds other tokens too."""
    tokens = Tokenization.reverse_string(text).tokens
    references = tuple(cast(Reference, token) for token in tokens if Reference.is_reference(token))
    return references, len(references) < len(tokens)


def offers(thing: object, attribute: str) -> bool:
    """Tell whether something has an attribute, by its class; the CDK's imported things hide their classes.

    Args:
        thing: What the user has given.
        attribute: Such as `queue_arn`, by which a queue is known.
    """
    return any(hasattr(type(each), attribute) for each in (thing, *getattr(thing, "_delegates", ())))
