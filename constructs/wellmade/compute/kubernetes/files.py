"""Manifests as files, and what only a deployment knows of them."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from aws_cdk import CfnOutput
from constructs import Construct

from wellmade.kit.lookups import is_unresolved
from wellmade.kit.names import stable_place


def known_later(scope: Construct, name: str, value: str) -> str:
    """Return a value as manifests have it: as it is, or `${Output}` where only a deployment knows it.

    Args:
        scope: Where the output is defined.
        name: What it is, such as the name of a variable.
        value: Text, perhaps with references.
    """
    if not is_unresolved(value):
        return value
    words = re.findall(r"[A-Za-z0-9]+", name)
    wanted = "".join(word.capitalize() for word in words)
    outputs = scope.node.try_find_child("Outputs") or Construct(scope, "Outputs")
    output = CfnOutput(cast(Construct, outputs), wanted, value=value)
    _, within = stable_place(scope, wanted)
    key = "".join(re.findall(r"[A-Za-z0-9]+", within))
    output.override_logical_id(key)
    return f"${{{key}}}"


def write(folder: Path, name: str, manifests: Sequence[dict[str, Any]]) -> Path:
    """Write manifests into one file, each as a document of its own; JSON is YAML.

    Args:
        folder: Where; it is made.
        name: Of the file, without its ending.
        manifests: In the order in which they are applied.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.yaml"
    file.write_text("".join(f"---\n{json.dumps(each, indent=2)}\n" for each in manifests), encoding="utf-8")
    return file
