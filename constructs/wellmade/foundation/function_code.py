"""From a handler's folder to the properties of a function that runs it."""

from pathlib import Path
from typing import Any, Literal, cast

from aws_cdk import aws_lambda as lambda_

from wellmade.kit.packaging import function_archive


def code_properties(
    code: str | Path,
    handler: str | None,
    runtime: lambda_.Runtime | None,
    architecture: lambda_.Architecture | None,
) -> dict[str, Any]:
    """Return the archive of a handler and what it runs on.

    Args:
        code: The folder, or the name of a handler that travels with this library.
        handler: Module and function in it. Default: `handler.handler`.
        runtime: Default: Python 3.14.
        architecture: Default: Graviton.

    Raises:
        ValueError: If there is no such code, or it imports what it does not bring along.
    """
    runtime = runtime or lambda_.Runtime.PYTHON_3_14
    architecture = architecture or lambda_.Architecture.ARM_64
    built = function_archive(
        code,
        handler=handler,
        python_version=runtime.name.removeprefix("python"),
        architecture=cast(Literal["arm64", "x86_64"], architecture.name),
    )
    return {
        "code": lambda_.Code.from_asset(str(built.archive)),
        "handler": built.handler,
        "runtime": runtime,
        "architecture": architecture,
    }
