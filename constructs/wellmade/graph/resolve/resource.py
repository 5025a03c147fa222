"""One resource of a template with its properties resolved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wellmade.graph.resolve.values import Absent, Either, Unknown, Value, flag, number


@dataclass(eq=False)
class Resource:
    """A resource; two are the same only when they are one object."""

    id: str
    """`<stack>/<logical id>`; a nested stack is named `<parent stack>/<its logical id>`."""
    stack: str
    template: Path
    logical_id: str
    type: str
    line: int
    properties: Mapping[str, Value] = field(repr=False, default_factory=dict)
    metadata: Mapping[str, Any] = field(repr=False, default_factory=dict)
    deletion_policy: str = "Delete"
    update_replace_policy: str = "Delete"
    condition: str | None = None
    depends_on: tuple[str, ...] = ()
    update_policy: Mapping[str, Any] = field(repr=False, default_factory=dict)
    """What CloudFormation does beside the update, as it is written."""
    derived_from: str | None = None
    """The logical id of the SAM resource whose transform defines this one; None for what is written."""

    @property
    def cdk_path(self) -> str | None:
        """The construct path that CDK records, without the trailing `/Resource`."""
        path = self.metadata.get("aws:cdk:path")
        return path.removesuffix("/Resource") if isinstance(path, str) else None

    def get(self, path: str | Iterable[str], default: Value = None) -> Value:
        """Return the property at a path such as `RedrivePolicy.maxReceiveCount` or `Policies.0.PolicyName`.

        Behind a condition the answer is an `Either` of the branches' answers; behind an unknown it is that
        unknown. Keys that hold dots are given as a list of keys.
        """
        keys = path.split(".") if isinstance(path, str) else list(path)
        return _at(self.properties, keys, default)

    def number(self, path: str, default: float | None = None) -> float | None:
        """Return the number at a path; None when the templates do not say."""
        return number(self.get(path, default))

    def flag(self, path: str, *, default: bool | None = None) -> bool | None:
        """Return the truth value at a path; None when the templates do not say."""
        return flag(self.get(path, default))

    def __repr__(self) -> str:
        return f"<{self.type} {self.id}>"


def _at(value: Value, keys: list[str], default: Value) -> Value:
    for index, key in enumerate(keys):
        match value:
            case Either():
                then, otherwise = (
                    _at(branch, keys[index:], default) for branch in (value.then, value.otherwise)
                )
                return then if then == otherwise else Either(value.condition, then, otherwise, value.stack)
            case Unknown():
                return value
            case dict():
                value = value.get(key, default)
            case list() if key.isdecimal() and int(key) < len(value):
                value = value[int(key)]
            case _:
                return default
        if value is default:
            return default
    return _settled(value, default)


def _settled(value: Value, default: Value) -> Value:
    """Put the default where a branch leaves the property out."""
    match value:
        case Absent():
            return default
        case Either():
            then, otherwise = _settled(value.then, default), _settled(value.otherwise, default)
            return then if then == otherwise else Either(value.condition, then, otherwise, value.stack)
    return value
