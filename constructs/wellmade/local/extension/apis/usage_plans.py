"""Gap: a changed usage plan keeps its numbers as text, which no SDK reads as numbers."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from typing import Any

from ministack.services import apigateway_v1

_NUMBERS = {"rateLimit": float, "burstLimit": int, "limit": int, "offset": int}


def apply() -> None:
    """Keep what a change says as the number that it means."""
    update = apigateway_v1._update_usage_plan

    def update_with_numbers(plan_id: str, data: dict[str, Any]) -> Any:
        for operation in data.get("patchOperations", []):
            kind = _NUMBERS.get(str(operation.get("path")).rpartition("/")[2])
            if kind and operation.get("value") is not None:
                operation["value"] = kind(operation["value"])
        return update(plan_id, data)

    apigateway_v1._update_usage_plan = update_with_numbers
