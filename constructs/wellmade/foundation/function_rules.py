"""What cannot work about a function: before it is defined, and as it was synthesized."""

from collections.abc import Iterator

from aws_cdk import Duration, Size, SizeRoundingBehavior
from aws_cdk import aws_lambda as lambda_

from wellmade.facts.lambda_ import EPHEMERAL_STORAGE, LONGEST_TIMEOUT, MEMORY, MOST_LAYERS, SNAP_START_STORAGE
from wellmade.kit.lookups import default_child, path_of, seconds
from wellmade.kit.refusals import RefusedError, refusal, require_between
from wellmade.kit.secrets import plaintext_secrets
from wellmade.kit.synth_checks import Synthesized


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


def refuse_wrong_size(path: str, memory_size: int, timeout: Duration) -> None:
    """Raise where memory or timeout of a function is out of bounds.

    Raises:
        RefusedError: If it is.
    """
    require_between(
        path, "memory_size", memory_size, *MEMORY, "512 suits most handlers", rule="service-limit"
    )
    if seconds(timeout) < 1:
        raise refusal(
            path, "timeout", "at least 1 s", timeout, "60 s suit most handlers", rule="service-limit"
        )
    if seconds(timeout) > LONGEST_TIMEOUT:
        raise refusal(
            path,
            "timeout",
            f"at most {LONGEST_TIMEOUT} s",
            timeout,
            "use FargateWorker for longer work",
            rule="function-timeout",
        )


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


class FunctionRules:
    """What must hold of a function as it was synthesized."""

    def __init__(self, function: lambda_.Function) -> None:
        self._function = function

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule that is broken."""
        resource = default_child(self._function)
        if not isinstance(resource, lambda_.CfnFunction):
            return
        properties = synthesized.properties(resource)
        variables = properties.get("Environment", {}).get("Variables", {})
        path = path_of(self._function)
        yield from plaintext_secrets(path, variables, resource, synthesized.template(resource))
