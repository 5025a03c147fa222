"""What cannot work about the options of a function in Python, before it is defined."""

from aws_cdk import Duration, Size, SizeRoundingBehavior
from aws_cdk import aws_lambda as lambda_

from wellmade.facts.lambda_ import EPHEMERAL_STORAGE, MOST_LAYERS, SNAP_START_STORAGE
from wellmade.foundation.function_rules import refuse_wrong_size
from wellmade.kit.refusals import refusal, require_between


def refuse_wrong_function(
    path: str,
    *,
    runtime: lambda_.Runtime | None,
    memory_size: int,
    timeout: Duration,
    layers: int,
    storage: Size | None,
    snap_start: bool,
    is_warm: bool,
) -> None:
    """Raise where options of a function are out of bounds or do not go together.

    Raises:
        RefusedError: If they do not.
    """
    refuse_wrong_size(path, memory_size, timeout)
    if runtime and runtime.family is not lambda_.RuntimeFamily.PYTHON:
        fix = "define a lambda_.Function and pass that to the pattern"
        raise refusal(path, "runtime", "a Python runtime", runtime.name, fix)
    require_between(
        path, "layers", layers, 0, MOST_LAYERS, "put the rest into the folder", rule="function-layers"
    )
    _refuse_wrong_storage(path, storage, snap_start=snap_start, is_warm=is_warm)


def _refuse_wrong_storage(path: str, storage: Size | None, *, snap_start: bool, is_warm: bool) -> None:
    mebibytes = storage.to_mebibytes(rounding=SizeRoundingBehavior.NONE) if storage else EPHEMERAL_STORAGE[0]
    require_between(
        path,
        "ephemeral_storage_size in MiB",
        mebibytes,
        *EPHEMERAL_STORAGE,
        "stream what is larger",
        rule="service-limit",
    )
    if mebibytes % 1:
        fix = "write Size.mebibytes(…)"
        raise refusal(path, "ephemeral_storage_size", "whole MiB", f"{mebibytes:.12g} MiB", fix)
    if snap_start and is_warm:
        fix = "take one of them: SnapStart shortens cold starts, provisioned concurrency avoids them"
        raise refusal(
            path, "snap_start", "given without provisioned_concurrency", "both", fix, rule="snap-start"
        )
    if snap_start and mebibytes > SNAP_START_STORAGE:
        allowed = f"at most {SNAP_START_STORAGE} MiB with snap_start"
        raise refusal(
            path,
            "ephemeral_storage_size",
            allowed,
            f"{mebibytes:.12g} MiB",
            "leave one of them out",
            rule="snap-start",
        )
