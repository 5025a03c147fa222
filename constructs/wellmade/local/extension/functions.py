"""Gap: CloudFormation drops a function's reserved concurrency and dead-letter queue."""

# ruff: noqa: SLF001 - mends replace private names of the pinned MiniStack; a test asserts that each exists

from typing import Any

from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners


def apply() -> None:
    """Keep both properties when a template creates or updates a function."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]
    create, update = handlers["create"], handlers["update"]

    def create_and_keep(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        result = create(logical_id, properties, stack)
        _keep(result[0], properties)
        return result

    def update_and_keep(
        physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, logical_id: str | None = None
    ) -> Any:
        result = update(physical_id, old, new, stack, logical_id)
        _keep(result[0], new)
        return result

    handlers |= {"create": create_and_keep, "update": update_and_keep}


def _keep(name: str, properties: dict[str, Any]) -> None:
    function = lambda_svc._functions[name]
    reserved = properties.get("ReservedConcurrentExecutions")
    function["concurrency"] = None if reserved is None else int(reserved)
    function["config"]["DeadLetterConfig"] = properties.get("DeadLetterConfig", {})
