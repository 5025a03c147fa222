"""What functions find beside their code on Lambda, brought here once: the AWS SDK of Node."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from wellmade.local.assembly import Stack
from wellmade.local.toolchain import node_sdk


def provide_runtimes(scratch: Path, stacks: Sequence[Stack]) -> None:
    """Tell the embedded AWS where the SDK is, if a function of these stacks is one of Node.

    Raises:
        WellmadeError: If it cannot be installed.
    """
    if any(runtime.startswith("nodejs") for stack in stacks for runtime in _runtimes(stack.template)):
        (scratch / "node-sdk").write_text(str(node_sdk()))


def _runtimes(template: dict[str, Any]) -> Iterator[str]:
    """Yield the runtimes of a template; one that depends on the region is found in its mappings."""
    for resource in template.get("Resources", {}).values():
        if resource["Type"] == "AWS::Lambda::Function":
            runtime = resource.get("Properties", {}).get("Runtime", "")
            yield runtime if isinstance(runtime, str) else "nodejs"
