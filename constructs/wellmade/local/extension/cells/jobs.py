"""Gap: the Python jobs of Glue run with the rights and the environment of the server."""

import functools
import os
import sys
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ministack.services import glue

from .. import isolation, workers  # noqa: TID252 - this package has another name where it runs


def apply() -> None:
    """Run them in cells."""
    own = glue.subprocess
    glue.subprocess = types.SimpleNamespace(
        run=functools.partial(_run, own.run), TimeoutExpired=own.TimeoutExpired
    )


def _run(run: Callable[..., Any], command: Sequence[str], **options: Any) -> Any:
    """Run a script that came from a bucket; a path of this machine is none of the app's."""
    script = Path(command[-1])
    if not script.resolve().is_relative_to(Path(os.environ["TMPDIR"]).resolve()):
        raise PermissionError(f"ScriptLocation must be an object in a bucket, got {script}")
    own = isolation.own_folder()
    shown = {str(script): f"{isolation.CODE}/{script.name}", sys.base_prefix: isolation.LANGUAGE}
    cell = isolation.Cell(own, shown)
    folder = cell.inside(str(own))
    options["env"] = workers.clean(options["env"], os.environ) | {"HOME": folder, "TMPDIR": folder}
    return run(cell.command([sys.executable, str(script)], str(own)), **options)
