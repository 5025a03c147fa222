"""Find the resource that a person means."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from wellmade.graph import Resource

_PHYSICAL = (
    *("QueueName", "FunctionName", "TableName", "TopicName", "BucketName", "Name", "ServiceName", "Family"),
    *("DBProxyName", "DBClusterIdentifier", "DBInstanceIdentifier"),
)
_HASH = re.compile(r"[0-9A-F]{8}$")


class UnknownNameError(ValueError):
    """Why a name means no resource, as the end of a sentence."""


def find(name: str, among: Iterable[Resource]) -> Resource:
    """Return the one resource of this name.

    Args:
        name: A logical id, with or without the hash that CDK appends, `<stack>/<logical id>`, the end of a
            construct path, or the physical name where the template gives one.
        among: Which resources it may be.

    Raises:
        UnknownNameError: If it is none of them, or several.
    """
    candidates = list(among)
    for exact in (True, False):
        found = [one for one in candidates if name in (_exact(one) if exact else _loose(one))]
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownNameError(f"means {' and '.join(one.id for one in found)}; write one of these")
    names = sorted({short(one) for one in candidates})
    close = get_close_matches(name, names, n=1)
    listed = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    hint = f"did you mean {close[0]}? " if close else ""
    raise UnknownNameError(f"is not in the templates; {hint}allowed are: {listed or 'none'}")


def short(resource: Resource) -> str:
    """Return the logical id without the hash that CDK appends."""
    return _HASH.sub("", resource.logical_id) or resource.logical_id


def _exact(resource: Resource) -> tuple[str, ...]:
    return resource.id, resource.logical_id


def _loose(resource: Resource) -> Iterator[str]:
    yield short(resource)
    yield from (name for key in _PHYSICAL if isinstance(name := resource.get(key), str))
    parts = (resource.cdk_path or "").split("/")
    for start in range(len(parts) - 1):
        yield "/".join(parts[start:])
