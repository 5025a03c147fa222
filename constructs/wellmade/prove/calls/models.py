"""The models of AWS's APIs that botocore brings along, read without importing botocore: that takes longer."""

import gzip
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_NAME = re.compile(r"[a-z0-9-]+")


class UnknownServiceError(LookupError):
    """There is no model of a service."""


class Shape:
    """What an operation takes, or a part of it.

    Args:
        name: Of the shape.
        shapes: Every shape of the service.
    """

    def __init__(self, name: str, shapes: Mapping[str, Mapping[str, Any]]) -> None:
        self._shapes = shapes
        self._definition = shapes[name]
        self.type_name: str = self._definition["type"]
        self.required_members: Sequence[str] = self._definition.get("required", ())

    @cached_property
    def members(self) -> Mapping[str, "Shape"]:
        """Of a structure, by name."""
        members = self._definition.get("members", {})
        return {name: Shape(each["shape"], self._shapes) for name, each in members.items()}

    @property
    def member(self) -> "Shape":
        """Of a list: what it holds."""
        return Shape(self._definition["member"]["shape"], self._shapes)


class Model:
    """What an API offers.

    Args:
        document: As botocore keeps it.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._operations: Mapping[str, Mapping[str, Any]] = document["operations"]
        self._shapes = document["shapes"]
        metadata = document["metadata"]
        self.endpoint_prefix: str = metadata["endpointPrefix"]
        self.signing_name: str = metadata.get("signingName") or self.endpoint_prefix

    @property
    def operation_names(self) -> list[str]:
        """The names of its operations."""
        return list(self._operations)

    def input_of(self, operation: str) -> Shape | None:
        """Return what an operation takes; None if it takes nothing."""
        given = self._operations[operation].get("input")
        return Shape(given["shape"], self._shapes) if given else None

    def http_of(self, operation: str) -> tuple[str, str]:
        """Return the method of an operation, and its path with places such as `{restapi_id}`."""
        entry = self._operations[operation]["http"]
        return entry["method"], entry["requestUri"].partition("?")[0]

    def places_of(self, operation: str) -> Mapping[str, str]:
        """Return which parameter fills each place in the path of an operation."""
        given = self._operations[operation].get("input")
        members = self._shapes[given["shape"]].get("members", {}) if given else {}
        return {
            each.get("locationName", name): name
            for name, each in members.items()
            if each.get("location") == "uri"
        }

    def shape(self, name: str) -> Shape:
        """Return a shape of the service by its name."""
        return Shape(name, self._shapes)

    def is_unsigned(self, operation: str) -> bool:
        """Tell whether an operation is sent without a signature."""
        entry = self._operations[operation]
        return entry.get("authtype") == "none" or "smithy.api#noAuth" in entry.get("auth", ())


def read_model(service: str) -> Model:
    """Return botocore's model of a service.

    Raises:
        UnknownServiceError: If it has none.
    """
    return Model(read_data("botocore", service, "service-2.json"))


def has_service(name: str) -> bool:
    """Tell whether botocore has a service of this name."""
    return name in service_names()


@cache
def service_names() -> frozenset[str]:
    """Return the names of the services that botocore has."""
    found = find_spec("botocore")
    data = Path((found and found.origin) or "").parent / "data"
    return frozenset(each.name for each in data.iterdir() if each.is_dir() and _NAME.fullmatch(each.name))


def read_data(package: str, service: str, name: str) -> Any:
    """Return a file that botocore or boto3 keeps of a service, of the newest version of its API.

    Raises:
        UnknownServiceError: If there is none.
    """
    found = find_spec(package)
    folder = Path((found and found.origin) or "").parent / "data" / service
    versions = [each for each in sorted(folder.glob("*/")) if any(each.glob(f"{name}*"))] if service else []
    if not versions:
        raise UnknownServiceError(f"{package} knows no service {service!r}; check its name")
    file = versions[-1] / name
    if file.exists():
        return json.loads(file.read_bytes())
    return json.loads(gzip.decompress(file.with_name(f"{name}.gz").read_bytes()))
