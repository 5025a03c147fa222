"""What functions find beside their code on Lambda, brought here once: the AWS SDK of Node, and Powertools."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from wellmade.local.assembly import Stack
from wellmade.local.extension.layer_names import powertools_in
from wellmade.local.node_sdks import node_sdk, node_sdk_2
from wellmade.local.powertools.layers import powertools

_WITH_VERSION_2 = re.compile(r"nodejs([0-9]|1[0-6])\.")
"""Runtimes that have version 2 of the SDK; `extension.node_sdks` tells by the same."""


def provide_runtimes(scratch: Path, stacks: Sequence[Stack]) -> None:
    """Tell the embedded AWS where the SDKs and the public layers are that functions of these stacks have.

    Raises:
        WellmadeError: If one cannot be installed.
    """
    found = {runtime for stack in stacks for runtime in _runtimes(stack.template)}
    nodes = {runtime for runtime in found if runtime.startswith("nodejs")}
    old = set(filter(_WITH_VERSION_2.match, nodes))
    if nodes - old:
        (scratch / "node-sdk").write_text(str(node_sdk()))
    if old:
        (scratch / "node-sdk-2").write_text(str(node_sdk_2()))
    for name in powertools_in(json.dumps([stack.template for stack in stacks])):
        (scratch / f"powertools-{name}").write_text(str(powertools(name)))


def _runtimes(template: dict[str, Any]) -> Iterator[str]:
    """Yield the runtimes of a template; one that depends on the region is found in its mappings."""
    for resource in template.get("Resources", {}).values():
        if resource["Type"] == "AWS::Lambda::Function":
            runtime = resource.get("Properties", {}).get("Runtime", "")
            yield runtime if isinstance(runtime, str) else "nodejs"
