"""AWS's own managed policies, by ARN or by name."""

import json
import lzma
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "data" / "managed_policies.json.xz"
_ARN = ":iam::aws:policy/"


def is_managed(text: str) -> bool:
    """Tell whether a text is the ARN of a policy of AWS's own, in whatever partition."""
    return _ARN in text


def document(policy: str) -> Mapping[str, Any] | None:
    """Return the document of a policy, named by its ARN or, as SAM allows, by its name; None if unknown."""
    name = policy.partition(_ARN)[2] or policy
    return _data()["policies"].get(name) or _by_name().get(name)


def date() -> str:
    """Return the day of the newest policy known."""
    return str(_data()["date"])


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(lzma.decompress(FILE.read_bytes()))
    return data


@cache
def _by_name() -> dict[str, Mapping[str, Any]]:
    return {path.rpartition("/")[2]: document for path, document in _data()["policies"].items()}
