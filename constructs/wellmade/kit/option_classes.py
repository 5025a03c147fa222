"""Options of public classes are of the class that their annotation says, or are refused.

Python does not look at annotations: text in place of a list is taken letter by letter, and a number in place
of a duration fails somewhere inside, in an error that names no option.
"""

import inspect
import sys
from collections.abc import Callable, Mapping
from functools import cached_property, wraps
from typing import Any, get_type_hints

from constructs import Construct, IConstruct

from wellmade.kit.annotations import Wrong, wrong
from wellmade.kit.lookups import offers, path_of, settle
from wellmade.kit.refusals import refusal

_TOLD_THERE = frozenset({"workload", "consumer", "target", "entry", "secret", "constructs"})
"""Arguments of methods that are refused in better words where they are taken."""
_SEVERAL = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)


def check_options(package: str) -> None:
    """Let all public classes, their methods and functions of a package refuse options of the wrong class.

    Args:
        package: Its `__name__`, given once its `__all__` is defined.
    """
    module = sys.modules[package]
    for name in module.__all__:
        public = getattr(module, name)
        if inspect.isclass(public) and not issubclass(public, Exception):
            _check(public)
            for name_of_method, method in _methods(public):
                setattr(public, name_of_method, _checking(method))
        elif inspect.isfunction(public):
            setattr(module, name, _checking(public))


def _methods(public: type[Any]) -> list[tuple[str, Callable[..., Any]]]:
    """Return the methods of a construct that a class defines itself and that take anything.

    Those that the CDK knows too, of another signature, are left to it.
    """
    inherited = {name for base in public.__mro__[1:] for name in vars(base)}
    return [
        (name, each)
        for name, each in vars(public).items()
        if inspect.isfunction(each)
        and issubclass(public, Construct)
        and not name.startswith(("_", "metric_"))
        and name not in inherited
        and not getattr(each, "__wrapped__", None)
    ]


class _Options:
    """What a function takes, by its annotations, which are read when it is called first."""

    def __init__(self, function: Callable[..., Any], passed_over: frozenset[str] = frozenset()) -> None:
        self._function, self._signature = function, inspect.signature(function)
        several = {each.name for each in self._signature.parameters.values() if each.kind in _SEVERAL}
        self._passed_over = passed_over | several

    @cached_property
    def _hints(self) -> dict[str, Any]:
        return get_type_hints(self._function, include_extras=True)

    def given(self, instance: object, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Mapping[str, Any]:
        """Return what was given, by name; nothing where Python itself refuses a name."""
        try:
            return self._signature.bind_partial(instance, *args, **kwargs).arguments
        except TypeError:
            return {}

    def first_wrong(self, given: Mapping[str, Any]) -> tuple[str, Wrong] | None:
        """Return the first option that is of another class than its annotation says."""
        judged = {name: value for name, value in given.items() if name not in self._passed_over}
        faults = ((name, wrong(self._hints.get(name, Any), value)) for name, value in judged.items())
        return next(((name, found) for name, found in faults if found), None)


def _checking(method: Callable[..., Any]) -> Callable[..., Any]:
    options = _Options(method, _TOLD_THERE)

    @wraps(method)
    def checked(self: IConstruct, *args: Any, **kwargs: Any) -> Any:
        found = options.first_wrong(options.given(self, args, kwargs))
        if found:
            raise _refused(self if offers(self, "node") else method.__name__, *found)
        return method(self, *args, **kwargs)

    return checked


def _check(public: type[Any]) -> None:
    define: Callable[..., None] | None = vars(public).get("__init__")
    if define is None or getattr(define, "__wrapped__", None):
        return
    options = _Options(define)

    @wraps(define)
    def checked(self: object, *args: Any, **kwargs: Any) -> None:
        given = options.given(self, args, kwargs)
        found = options.first_wrong(given)
        if found:
            raise _refused(_path(public, given, found[0]), *found)
        _settle(self, given)
        define(self, *args, **kwargs)

    public.__init__ = checked


def _settle(instance: object, given: Mapping[str, Any]) -> None:
    """Note where a construct will be; whatever is wrong with its scope or id is said by what defines it."""
    scope, construct_id = _scope(given), given.get("construct_id")
    if isinstance(instance, Construct) and isinstance(scope, Construct) and isinstance(construct_id, str):
        settle(instance, scope, construct_id)


def _scope(given: Mapping[str, Any]) -> Any:
    return given.get("scope", given.get("scope_"))


def _path(public: type[Any], given: Mapping[str, Any], option: str) -> str:
    """Return the path of a construct that does not exist yet."""
    scope = _scope(given)
    if isinstance(scope, Construct) and option != "construct_id":
        return f"{path_of(scope)}/{given.get('construct_id', public.__name__)}"
    return public.__name__


def _refused(where: IConstruct | str, option: str, found: Wrong) -> Exception:
    return refusal(where, f"{option}{found.where}", found.allowed, found.got, found.fix)
