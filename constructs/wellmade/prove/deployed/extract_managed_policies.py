"""Write AWS's managed policies, whole and dated, small enough to travel with the package.

`python -m wellmade.prove.deployed.extract_managed_policies` takes them from moto's copy and writes
`prove/data/managed_policies.json.xz`. Policies of service-linked roles are left out: no
template attaches them.
"""

import json
import lzma
from typing import Any

from wellmade.prove.deployed.managed_policies import FILE


def extracted(policies: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the documents by the path and the name in the policy's ARN, with the date of the newest."""
    kept = {name: policy for name, policy in policies.items() if "aws-service-role" not in policy["Path"]}
    documents = {f"{policy['Path'].lstrip('/')}{name}": policy["Document"] for name, policy in kept.items()}
    return {"date": max(policy["UpdateDate"][:10] for policy in kept.values()), "policies": documents}


def main() -> None:
    """Write the file."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data  # noqa: PLC0415 - moto is for tests

    text = json.dumps(extracted(json.loads(aws_managed_policies_data)), separators=(",", ":"), sort_keys=True)
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_bytes(lzma.compress(text.encode(), preset=9))


if __name__ == "__main__":
    main()
