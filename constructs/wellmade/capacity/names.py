"""Find the resource that a person means."""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from wellmade.graph import Resource

_PHYSICAL = (
    *("QueueName", "FunctionName", "TableName", "TopicName", "BucketName", "Name", "ServiceName", "Family"),
    *("DBProxyName", "DBClusterIdentifier", "DBInstanceIdentifier"),
)
_HASH = re.compile(r"[0-9A-F]{8}$")
_HIDDEN = ("Resource", "Default")
_LISTED = 12


class UnknownNameError(ValueError):
    """Why a name means no resource, as the end of a sentence."""


def find(name: str, among: Iterable[Resource]) -> Resource:
    """Return the one resource of this name.

    Args:
        name: A logical id, with or without the hash that CDK appends, alone or as `<stack>/<logical id>`; the
            end of a construct path; or the physical name where the template gives one.
        among: Which resources it may be.

    Raises:
        UnknownNameError: If it is none of them, or several.
    """
    candidates = list(among)
    for means in (_exactly, _loosely, _by_path):
        found = [one for one in candidates if means(name, one)]
        if len(found) == 1:
            return found[0]
        if found:
            ids = sorted(one.id for one in found)
            raise UnknownNameError(f"means {len(ids)} resources; write one of these: {_listed(ids)}")
    names = sorted({short(one) for one in candidates})
    close = get_close_matches(name, names, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    raise UnknownNameError(f"is not in the templates; {hint}allowed are: {_listed(names) or 'none'}")


def is_known(name: str, among: Iterable[Resource]) -> bool:
    """Tell whether a name means one or several resources."""
    return any(means(name, one) for one in among for means in (_exactly, _loosely, _by_path))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_LISTED]) + (", …" if len(names) > _LISTED else "")


def short(resource: Resource) -> str:
    """Return the logical id without the hash that CDK appends."""
    return _HASH.sub("", resource.logical_id) or resource.logical_id


def _exactly(name: str, resource: Resource) -> bool:
    return name in (resource.id, resource.logical_id)


def _loosely(name: str, resource: Resource) -> bool:
    return name in _loose(resource)


def _loose(resource: Resource) -> Iterator[str]:
    yield from (short(resource), f"{resource.stack}/{short(resource)}")
    yield from (name for key in _PHYSICAL if isinstance(name := resource.get(key), str))
    parts = (resource.cdk_path or "").split("/")
    for start in range(len(parts) - 1):
        yield "/".join(parts[start:])


def _by_path(name: str, resource: Resource) -> bool:
    """Tell whether a construct path is what CDK made the logical id of; templates need not record paths."""
    parts = name.split("/")
    within = parts[1:] if parts[0] == resource.stack else parts
    return (
        len(parts) > 1 and _HASH.search(resource.logical_id) is not None and _id_of(within) == short(resource)
    )


def _id_of(path: Sequence[str]) -> str:
    """Return the readable part of a logical id, by the rules of CDK.

    Source: https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html#identifiers-logical-ids
    """
    kept: list[str] = []
    for part in path:
        plain = re.sub(r"[^A-Za-z0-9]", "", part)
        if part not in _HIDDEN and not (kept and kept[-1].endswith(plain)):
            kept.append(plain)
    return "".join(kept)
