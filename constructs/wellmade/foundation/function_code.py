"""From a handler's folder to the properties of a function that runs it."""

from pathlib import Path
from typing import Any

from aws_cdk import aws_lambda as lambda_

from wellmade.foundation.handler_code import handler_archive


def code_properties(
    code: str | Path,
    handler: str | None,
    runtime: lambda_.Runtime | None,
    architecture: lambda_.Architecture | None,
) -> dict[str, Any]:
    """Return the archive of a handler and what it runs on.

    Args:
        code: The folder, or the name of a handler that travels with this library.
        handler: File and function in it. Default: `handler.handler`.
        runtime: Default: Python 3.14.
        architecture: Default: Graviton.

    Raises:
        ValueError: If there is no such code, or it imports what it does not bring along.
    """
    runtime = runtime or lambda_.Runtime.PYTHON_3_14
    architecture = architecture or lambda_.Architecture.ARM_64
    archive = handler_archive(code)
    name = code.name if isinstance(code, Path) else code
    return {
        "code": lambda_.Code.from_asset(str(archive)),
        "handler": f"{name}.{handler or 'handler.handler'}",
        "runtime": runtime,
        "architecture": architecture,
    }
