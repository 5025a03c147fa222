"""Which AWS SDK a function of Node finds beside its code, as on Lambda: version 2 up to Node 16, then 3."""

# ruff: noqa: SLF001 - reads private names of the pinned MiniStack; a test asserts that each exists

import os
import re
from collections.abc import Mapping
from pathlib import Path

from ministack.services import lambda_svc

from . import isolation

_WITH_VERSION_2 = re.compile(r"nodejs([0-9]|1[0-6])\.")


def sdk_for(environment: Mapping[str, str], folder: Path) -> Path | None:
    """Return where the SDK is; where paths stay as they are, it is put beside the code, too.

    Args:
        environment: What the function's process is given, with its name.
        folder: Where the folder of the code is.
    """
    function = lambda_svc._functions.get(environment.get("AWS_LAMBDA_FUNCTION_NAME", "")) or {}
    runtime = function.get("config", {}).get("Runtime") or ""
    name = "node-sdk-2" if _WITH_VERSION_2.match(runtime) else "node-sdk"
    offered = Path(os.environ["TMPDIR"], name)
    if not offered.exists():
        return None
    sdk = Path(offered.read_text())
    if "root" in isolation.refused():
        (folder / "node_modules").symlink_to(sdk)
    return sdk
