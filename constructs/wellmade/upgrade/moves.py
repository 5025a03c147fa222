"""Where a resource that is gone has gone: the same one under another id, or in another stack."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.facts.data_holders import HOLDS_DATA
from wellmade.upgrade.schemas import replacing
from wellmade.upgrade.stacks import Written
from wellmade.upgrade.values import at


class Moves:
    """Pairs resources that are gone with new ones of the same type and the same properties, one to one."""

    def __init__(self, old: Mapping[str, Written], new: Mapping[str, Written]) -> None:
        self._old, self._new = old, new
        free = dict(_only_in(new, old))
        self._targets: dict[tuple[str, str], str] = {}
        for alike in (_same_name, _same_properties, _same_place):
            for (stack, logical_id), resource in _only_in(old, new):
                if (stack, logical_id) in self._targets:
                    continue
                fitting = [place for place, other in free.items() if alike(resource, other)]
                if len(fitting) == 1:
                    self._targets[stack, logical_id] = "/".join(fitting[0])
                    del free[fitting[0]]

    def target(self, stack: str, logical_id: str) -> str | None:
        """Return stack and logical id of what takes its place; None where nothing does."""
        return self._targets.get((stack, logical_id))

    def successor(self, stack: str, logical_id: str) -> tuple[Written, Mapping[str, Any]] | None:
        """Return what takes its place, with its stack."""
        place, _, name = self._targets.get((stack, logical_id), "").rpartition("/")
        return (self._new[place], self._new[place].resources[name]) if place else None

    @property
    def mapping(self) -> dict[str, Any]:
        """Return what has moved within an account and region, as `cdk refactor --override-file` reads it.

        It knows no nested stacks; an account or a region that only the shell knows is to be filled in.
        """
        found: dict[str, dict[str, str]] = {}
        for (stack, logical_id), target in self._targets.items():
            place, _, becomes = target.rpartition("/")
            was, then = self._old[stack], self._new[place]
            if was.environment == then.environment and not (was.is_nested or then.is_nested):
                moved = found.setdefault(was.environment, {})
                moved[f"{was.deployed_name}.{logical_id}"] = f"{then.deployed_name}.{becomes}"
        return {"environments": [{**_place(each), "resources": moved} for each, moved in found.items()]}


def _only_in(
    those: Mapping[str, Written], others: Mapping[str, Written]
) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    for name, stack in those.items():
        other = others.get(name)
        for logical_id, resource in stack.resources.items():
            twin = other.resources.get(logical_id) if other else None
            if resource["Type"] in HOLDS_DATA and (twin is None or twin["Type"] != resource["Type"]):
                yield (name, logical_id), resource


def _same_name(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    schema = replacing(one["Type"])
    if one["Type"] != other["Type"] or schema is None:
        return False
    names = [[at(each["Properties"], path) for path in sorted(schema.names)] for each in (one, other)]
    return names[0] == names[1] and any(map(_is_text, names[0]))


def _same_properties(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return (one["Type"], one["Properties"]) == (other["Type"], other["Properties"])


def _same_place(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell by the construct's own id in its scope, where the CDK wrote its path."""
    paths = [_cdk_path(each) for each in (one, other)]
    ends = [path.split("/")[-2:] for path in paths]
    return bool(paths[0] and one["Type"] == other["Type"] and ends[0] == ends[1])


def _cdk_path(resource: Mapping[str, Any]) -> str:
    metadata = resource.get("Metadata")
    path = metadata.get("aws:cdk:path") if isinstance(metadata, dict) else None
    return path if isinstance(path, str) else ""


def _place(environment: str) -> dict[str, str]:
    account, _, region = environment.removeprefix("aws://").partition("/")
    return {"account": account or "unknown-account", "region": region or "unknown-region"}


def _is_text(name: object) -> bool:
    return isinstance(name, str)
