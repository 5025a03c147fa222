"""What an annotation allows, as far as it can be told of a value at once."""

import math
import types
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, is_dataclass, replace
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin, get_type_hints, is_typeddict

from aws_cdk import Duration

from wellmade.kit.lookups import is_unresolved, offers, seconds

ShortDuration = Annotated[Duration, "milliseconds"]
"""Annotation of an option that takes a part of a second; services take whole ones elsewhere."""
_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "True or False", type(None): "None"}


@dataclass(frozen=True)
class Wrong:
    """What does not fit: where in the option, what would, and how to correct it."""

    where: str
    allowed: str
    got: str
    fix: str


def wrong(hint: Any, value: object) -> Wrong | None:
    """Return what of a value its annotation does not allow; None where nothing can be said against it.

    Args:
        hint: The annotation, resolved.
        value: What was given.
    """
    choices = _choices(hint)
    inner: list[Wrong] = []
    for each in choices:
        found = _wrong(each, value)
        if found is None:
            return None
        if found.where:
            inner.append(found)
    if inner:
        return inner[0]
    if Duration in choices and isinstance(value, Duration):
        return Wrong("", "a Duration in whole seconds", _said(value), "write Duration.seconds(…)")
    may_hold_secrets = all(_is_mapping(each) or each is type(None) for each in choices)
    got = type(value).__name__ if may_hold_secrets else _shown(value)
    return Wrong("", _words(choices), got, _fix(choices, value))


def _choices(hint: Any) -> tuple[Any, ...]:
    is_union = get_origin(hint) in {Union, types.UnionType}
    return tuple(each for part in get_args(hint) for each in _choices(part)) if is_union else (hint,)


def _wrong(hint: Any, value: object) -> Wrong | None:
    """Judge a value by one choice of an annotation."""
    if is_typeddict(hint):
        known = get_type_hints(hint, include_extras=True)
        return _wrong_items(value, lambda key: known.get(key, Any))
    origin = get_origin(hint) or hint
    if isinstance(origin, type) and origin is not str and issubclass(origin, Collection):
        return _wrong_collection(origin, get_args(hint), value)
    return None if _fits(hint, value) else Wrong("", _word(hint), _shown(value), "")


def _wrong_collection(origin: type, args: tuple[Any, ...], value: object) -> Wrong | None:
    if issubclass(origin, Mapping):
        return _wrong_items(value, lambda _: args[1] if args else Any)
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Collection):
        return Wrong("", "a list", _shown(value), "")
    element = args[0] if args else Any
    faults = ((number, wrong(element, each)) for number, each in enumerate(value))
    return _first(faults)


def _wrong_items(value: object, hint_of: Any) -> Wrong | None:
    if not isinstance(value, Mapping):
        return Wrong("", "a mapping", _shown(value), "")
    return _first((key, _unshown(wrong(hint_of(key), each), each)) for key, each in value.items())


def _unshown(found: Wrong | None, value: object) -> Wrong | None:
    """Return it without a value that may be a variable's, which is not to be repeated."""
    if found is None or found.where or not isinstance(value, str | bytes | Collection):
        return found
    return replace(found, got=type(value).__name__, fix=f"give {found.allowed}")


def _first(faults: Iterator[tuple[object, Wrong | None]]) -> Wrong | None:
    for key, found in faults:
        if found:
            return Wrong(f"[{key!r}]{found.where}", found.allowed, found.got, found.fix)
    return None


def _fits(hint: Any, value: object) -> bool:
    if get_origin(hint) is Literal:
        # A construct says itself which words it takes, and why.
        return isinstance(value, tuple(type(each) for each in get_args(hint)))
    if hint is None or hint is type(None):
        return value is None
    if hint == ShortDuration:
        return isinstance(value, Duration) and not value.is_unresolved()
    if hint is float or hint is int:
        return _is_number(value) and (hint is float or isinstance(value, int) or is_unresolved(value))
    if not isinstance(hint, type) or hint in {Any, object}:
        return True
    return _is_of(hint, value)


def _is_of(hint: type, value: object) -> bool:
    if hint is Duration:
        return isinstance(value, Duration) and _is_whole(value)
    members = _members(hint)
    if members:
        return _isinstance(value, hint) or all(offers(value, each) for each in members)
    return isinstance(value, hint)


def _is_number(value: object) -> bool:
    """Tell whether it is a number that JSON knows; the CDK's process dies of others."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and (isinstance(value, int) or math.isfinite(cast(float, value)))


def _is_whole(duration: Duration) -> bool:
    return not duration.is_unresolved() and seconds(duration).is_integer()


def _said(duration: Duration) -> str:
    return "one that deployment tells" if duration.is_unresolved() else duration.to_human_string()


def _is_mapping(hint: Any) -> bool:
    origin = get_origin(hint) or hint
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _isinstance(value: object, hint: type) -> bool:
    return hint in type(value).__mro__


@cache
def _members(hint: type) -> frozenset[str]:
    """Return what a thing of the CDK or of a protocol offers; nothing of classes that are asked by name."""
    is_interface = getattr(hint, "_is_protocol", False) or hasattr(hint, "__jsii_type__")
    named = is_interface and not issubclass(hint, Enum)
    return frozenset(each for each in dir(hint) if not each.startswith("_")) if named else frozenset()


def _word(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return " or ".join(repr(each) for each in get_args(hint))
    origin = Duration if hint == ShortDuration else get_origin(hint) or hint
    if origin in _WORDS:
        return _WORDS[origin]
    if is_typeddict(hint):
        return "a mapping"
    if isinstance(origin, type) and issubclass(origin, Collection):
        return "a mapping" if issubclass(origin, Mapping) else "a list"
    name = getattr(origin, "__name__", str(origin))
    return f"{'an' if name[0] in 'AEIO' else 'a'} {name}"  # such as: an IVpc, a Duration


def _words(choices: tuple[Any, ...]) -> str:
    text = "a name" if Path in choices else _WORDS[str]
    words = list(
        dict.fromkeys(text if each is str else _word(each) for each in choices if each is not type(None))
    )
    return ", ".join(words[:-1]) + " or " + words[-1] if words[1:] else words[0]


def _shown(value: object) -> str:
    plain = value is None or isinstance(value, str | int | float | list | tuple | dict)
    return repr(value) if plain else type(value).__name__


def _fix(choices: tuple[Any, ...], value: object) -> str:
    """Say what to write, from what was given."""
    for hint in choices:
        said = _said_for(hint, value)
        if said:
            return said
    if choices[0] is str and not choices[1:]:
        return "write it in quotes"
    return f"pass {_words(choices)}"


def _said_for(hint: Any, value: object) -> str | None:
    origin = get_origin(hint) or hint
    if not isinstance(origin, type):
        return None
    if _wrong_collection_of_one(origin, hint, value):
        return f"put it into a list: [{_shown(value)}]"
    if isinstance(value, str):
        return _said_for_text(origin, value)
    if isinstance(value, int | float) and origin is Duration:
        return f"write Duration.seconds({value})"
    inside = next((name for name, each in _public(value) if _members(origin) and _fits(origin, each)), None)
    if inside:
        return f"pass its .{inside}"
    return f"write {origin.__name__}(…)" if is_dataclass(origin) else None


def _said_for_text(origin: type, value: str) -> str | None:
    """Say what to write in place of text."""
    if origin in {int, float}:
        return "write it without quotes"
    fix = "define it, or import it with one of its from_… methods"
    return _constant(origin, value) or (fix if _members(origin) else None)


def _wrong_collection_of_one(origin: type, hint: Any, value: object) -> bool:
    is_list = issubclass(origin, Collection) and not issubclass(origin, str | Mapping)
    return is_list and not is_typeddict(hint) and wrong(hint, [value]) is None


def _public(value: object) -> Iterator[tuple[str, object]]:
    ours = type(value).__module__.startswith("wellmade.")
    known = ("queue", "topic", "bus", "stream", "table", "function", "cluster")
    names = dict.fromkeys((*getattr(value, "__dict__", {}), *known)) if ours else {}
    return ((name, getattr(value, name)) for name in names if name[0] != "_" and hasattr(value, name))


def _constant(origin: type, value: str) -> str | None:
    """Return the constant of a class that text stands for, such as `Architecture.ARM_64` for `arm64`."""
    plain = _plain(value)
    names = (each for each in dir(origin) if each.isupper())
    found = next((each for each in names if _plain(each) == plain), None)
    return f"write {origin.__name__}.{found}" if found else None


def _plain(word: str) -> str:
    return "".join(each for each in word.lower() if each.isalnum())
