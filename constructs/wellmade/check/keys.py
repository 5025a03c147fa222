"""Which keys of a bucket a notification watches and a grant covers."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from wellmade.check.conditional import possibly_set
from wellmade.graph import Edge, Graph, Resource, Statement, Value, arn_suffix, as_list, as_mapping

PUT = "s3:putobject"
CREATED = ("s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:ObjectCreated:Post", "s3:ObjectCreated:Copy")


def notifies_of_new_objects(edge: Edge) -> bool:
    """Tell whether a notification, or a rule on a bucket's events, is sent for objects that are written."""
    if "events" in edge.detail:
        return any(event in CREATED for event in edge.detail["events"])
    kinds = as_list(as_mapping(edge.detail.get("pattern")).get("detail-type"))
    return not kinds or "Object Created" in kinds


def watched(edge: Edge) -> tuple[str, str] | None:
    """Return prefix and suffix of the keys that are watched; None when they are not known."""
    if "events" in edge.detail:
        return _texts(edge.detail.get("prefix"), edge.detail.get("suffix"))
    detail = as_mapping(as_mapping(edge.detail.get("pattern")).get("detail"))
    if any(possibly_set(detail.get(key)) for key in detail if key not in ("bucket", "object")):
        return None
    about = as_mapping(detail.get("object"))
    if set(about) - {"key"}:
        return None
    keys = as_list(about.get("key"))
    if not keys:
        return "", ""
    only = as_mapping(keys[0])
    return _texts(only.get("prefix"), only.get("suffix")) if len(keys) == 1 and len(only) == 1 else None


def _texts(prefix: Value, suffix: Value) -> tuple[str, str] | None:
    found = [entry or "" for entry in (prefix, suffix)]
    return (found[0], found[1]) if all(isinstance(entry, str) for entry in found) else None


def written_keys(graph: Graph, statements: Iterable[Statement], bucket: Resource) -> Iterator[str]:
    """Yield the patterns of the keys that statements surely allow to write, without the leading slash."""
    for statement in statements:
        if statement.conditions or not any(_puts(action) for action in statement.actions):
            continue
        for value in statement.resources:
            suffix: Any = arn_suffix(value) if graph.target(value) is bucket else None
            if isinstance(suffix, str) and suffix.startswith("/"):
                yield suffix[1:]


def _puts(action: str) -> bool:
    return action.lower() != "*" and fnmatchcase(PUT, action.lower())


def may_be_watched(pattern: str, prefix: str, suffix: str) -> bool:
    """Tell whether a key that a pattern allows is one that is watched.

    A pattern for all keys says nothing about the endings that a program gives to what it writes.
    """
    start, star, _ = pattern.partition("*")
    end = pattern.rpartition("*")[2]
    if not star:
        return pattern.startswith(prefix) and pattern.endswith(suffix)
    if suffix and not (end and (end.endswith(suffix) or suffix.endswith(end))):
        return False
    return start.startswith(prefix) or prefix.startswith(start)
