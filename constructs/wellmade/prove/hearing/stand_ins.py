"""Calls of what tests put in a client's place: mocks of clients, of resources, and of what makes them.

A mock tells nothing of what it stands in for. What it replaced does, and so does how it was reached: the
mock of `boto3.client` was called with the name of a service, and what it returned is that service's client.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib import import_module, metadata
from typing import Any, NamedTuple
from unittest import mock

import boto3
import botocore.session
from boto3.resources.base import ServiceResource
from botocore import xform_name
from botocore.client import BaseClient

from wellmade.prove.calls import Call
from wellmade.prove.hearing.resource_models import action, subresource
from wellmade.prove.hearing.transfers import transfer

_MAKERS = {"client": boto3.client, "resource": boto3.resource, "Session": boto3.Session}
"""Functions of boto3 that make what calls."""


class _Meaning(NamedTuple):
    """What a mock stands in for."""

    kind: str
    """`module`, `client` or `resource` makers, `session`, or a client, a resource, a paginator."""
    service: str = ""
    name: str = ""
    """Of a resource its type, of a paginator its operation."""
    identifiers: Mapping[str, str | None] = {}


class StandIns:
    """Tells of the calls that mocks answer.

    Args:
        hear: Called with each call, before it is answered.
    """

    def __init__(self, hear: Callable[[Call], None]) -> None:
        self._hear = hear
        self._meanings: dict[int, tuple[object, _Meaning]] = {}

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Watch what patches put in place, and every call of a mock."""
        with ExitStack() as patches:
            for library in _libraries():
                self._watch(library, patches)
            yield

    def _watch(self, library: Any, patches: ExitStack) -> None:
        enter = library._patch.__enter__  # noqa: SLF001 - knows what was replaced
        increment = library.CallableMixin._increment_mock_call  # noqa: SLF001 - every call of a mock passes it

        def entered(patching: Any) -> Any:
            new = enter(patching)
            self._learn(getattr(patching.target, patching.attribute, new), patching.temp_original)
            self._wrap_calls(patching)
            return new

        def called(stand_in: Any, /, *args: Any, **kwargs: Any) -> Any:
            self._called(stand_in, args, kwargs)
            return increment(stand_in, *args, **kwargs)

        # Of the three steps of a patch only this one knows both sides.
        patches.enter_context(_set(library._patch, "__enter__", entered))  # noqa: SLF001 - as above
        patches.enter_context(_set(library.CallableMixin, "_increment_mock_call", called))

    def _learn(self, new: object, original: object) -> None:
        meaning = _meaning_of(original)
        if meaning and isinstance(new, _mocks()):
            self._remember(new, meaning)

    def _remember(self, stand_in: object, meaning: _Meaning) -> None:
        # The mock is kept, so that its id is not given to another.
        self._meanings[id(stand_in)] = (stand_in, meaning)

    def _wrap_calls(self, patching: Any) -> None:
        """Hear of calls where tests replace the one method that makes them all."""
        owner = patching.target
        if patching.attribute != "_make_api_call" or not isinstance(owner, type | BaseClient):
            return
        answer = getattr(owner, patching.attribute)

        def make_api_call(*args: Any, **kwargs: Any) -> Any:
            found = [each for each in (owner, *args) if isinstance(each, BaseClient)]
            rest = [each for each in args if not isinstance(each, BaseClient)]
            if found and rest and isinstance(rest[0], str):
                meta = found[0].meta
                parameters = rest[1] if len(rest) > 1 and isinstance(rest[1], Mapping) else {}
                self._hear(Call(meta.service_model.service_name, rest[0], dict(parameters), meta.region_name))
            # A mock is no method: of a class it is called without the client.
            return answer(*(rest if isinstance(answer, _mocks()) else args), **kwargs)

        setattr(owner, patching.attribute, make_api_call)

    def _called(self, stand_in: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        meaning = self._meaning(stand_in)
        if meaning and meaning.kind in ("make client", "make resource", "make session"):
            self._made(stand_in, meaning, args, kwargs)
            return
        parent, name = getattr(stand_in, "_mock_new_parent", None), getattr(stand_in, "_mock_new_name", "")
        owner = self._meaning(parent) if parent is not None else None
        if owner and owner.kind == "client":
            self._of_client(stand_in, owner.service, name, args, kwargs)
        elif owner and owner.kind == "resource":
            self._of_resource(stand_in, owner, name, args, kwargs)
        elif owner and owner.kind == "paginator" and name == "paginate":
            self._hear(Call(owner.service, owner.name, dict(kwargs)))

    def _made(
        self, stand_in: Any, meaning: _Meaning, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> None:
        kind = meaning.kind.removeprefix("make ")
        service = str(args[0] if args else kwargs.get("service_name", ""))
        self._remember(stand_in.return_value, _Meaning(kind, service))

    def _of_client(
        self, stand_in: Any, service: str, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> None:
        operations = _operations(service)
        if name in operations:
            self._hear(Call(service, operations[name], dict(kwargs)))
        elif name in ("get_paginator", "get_waiter") and args:
            operation = operations.get(str(args[0]))
            if operation:
                self._remember(stand_in.return_value, _Meaning("paginator", service, operation))
        elif name == "generate_presigned_url" and (args or "ClientMethod" in kwargs):
            operation = operations.get(str(args[0] if args else kwargs["ClientMethod"]))
            parameters = kwargs.get("Params", args[1] if len(args) > 1 else {})
            if operation:
                self._hear(Call(service, operation, dict(parameters or {})))
        elif service == "s3" and (found := transfer(name, args, kwargs)):
            self._hear(Call("s3", found.operation, _known(found.parameters)))

    def _of_resource(
        self, stand_in: Any, owner: _Meaning, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> None:
        below = subresource(owner.service, owner.name, name)
        if below:
            given = {**dict(zip(below.identifiers, args, strict=False)), **kwargs}
            identifiers = {**owner.identifiers, **{key: _text(value) for key, value in given.items()}}
            self._remember(
                stand_in.return_value, _Meaning("resource", owner.service, below.name, identifiers)
            )
            return
        found = action(owner.service, owner.name, name)
        if found:
            named = {
                parameter: owner.identifiers[identifier]
                for parameter, identifier in found.parameters.items()
                if identifier in owner.identifiers
            }
            moved = transfer(name, args, kwargs, owner.name) if owner.service == "s3" else None
            parameters: dict[str, Any] = {**named, **(_known(moved.parameters) if moved else kwargs)}
            if name == "batch_writer":
                table = named["TableName"]
                parameters = {"RequestItems": table and {table: [{"PutRequest": {"Item": {}}}]}}
            self._hear(Call(owner.service, found.operation, parameters))

    def _meaning(self, stand_in: object) -> _Meaning | None:
        """Return what a mock stands in for, known or found by the mock that it belongs to."""
        kept = self._meanings.get(id(stand_in))
        if kept:
            return kept[1]
        parent = getattr(stand_in, "_mock_new_parent", None)
        name = getattr(stand_in, "_mock_new_name", "")
        owner = self._meaning(parent) if isinstance(parent, _mocks()) else None
        if owner and owner.kind in ("module", "session") and name in _MAKERS:
            return _Meaning(f"make {name.lower()}")
        return None


@cache
def _libraries() -> tuple[Any, ...]:
    """Return what makes mocks: `unittest.mock`, and its twin `mock` where the project has it installed."""
    try:
        metadata.version("mock")
    except metadata.PackageNotFoundError:
        return (mock,)
    twin = import_module("mock.mock")
    return (mock, twin) if hasattr(twin.CallableMixin, "_increment_mock_call") else (mock,)


@cache
def _mocks() -> tuple[type, ...]:
    return tuple(library.NonCallableMock for library in _libraries())


def _meaning_of(original: object) -> _Meaning | None:
    """Return what a thing is that a test replaced; None if it makes no calls."""
    if original is boto3:
        return _Meaning("module")
    for name, maker in _MAKERS.items():
        if original is maker:
            return _Meaning(f"make {name.lower()}")
    if isinstance(original, BaseClient):
        return _Meaning("client", original.meta.service_model.service_name)
    if isinstance(original, ServiceResource):
        meta = original.meta
        identifiers = {name: str(getattr(original, xform_name(name))) for name in _pascal(meta.identifiers)}
        return _Meaning("resource", meta.service_name, meta.resource_model.name, identifiers)
    return None


def _known(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if value is not None}


def _text(value: object) -> str | None:
    """Return what names a resource; None where the test left it unset, so that the code has to tell it."""
    return None if value is None else str(value)


def _pascal(names: list[str]) -> list[str]:
    return ["".join(part.capitalize() for part in name.split("_")) for name in names]


@cache
def _operations(service: str) -> Mapping[str, str]:
    session = botocore.session.get_session()
    if service not in session.get_available_services():
        return {}
    return {xform_name(name): name for name in session.get_service_model(service).operation_names}


@contextmanager
def _set(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Set an attribute for a while, without the module whose methods are being replaced."""
    original = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, original)
