"""What the program of a task sees: its image, what ECS gives it, and the rights of its role."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import ecs

from . import data_stores, isolation
from .cells import listening

_OF_THE_SYSTEM = frozenset(
    ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/dev", "/proc", "/sys", isolation.FILES)
)
"""What an image puts there stays hidden; the system's own is shown."""


def cell_of(program: Mapping[str, Any]) -> isolation.Cell:
    """Show a program what its image has, where the image has it, its packages, and its databases' sockets."""
    image = {
        str(entry): f"/{entry.name}"
        for entry in Path(program["root"]).iterdir()
        if f"/{entry.name}" not in _OF_THE_SYSTEM
    }
    kept = (*program["packages"], *data_stores.folders(), str(listening.FOR_NODE))
    return isolation.Cell(isolation.own_folder(), image, kept)


def environment_of(
    program: Mapping[str, Any], given: Mapping[str, str], task: str, address: str, cell: isolation.Cell
) -> dict[str, str]:
    """Return what ECS gives, what the image says, and the rights of the task role."""
    endpoint = f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"
    own = {name: value for name, value in given.items() if not name.startswith("AWS_CONTAINER_")}
    image = {
        name: os.pathsep.join(cell.inside(part) for part in value.split(os.pathsep))
        for name, value in program["environment"].items()
    }
    return {
        "PATH": os.environ["PATH"],
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        "HOME": cell.inside(str(cell.own)),
        "TMPDIR": cell.inside(str(cell.own)),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "NO_PROXY": "*",
        **image,
        **own,
        **_credentials(task),
        "AWS_ENDPOINT_URL": endpoint,
        "NODE_OPTIONS": listening.node_options({**image, **own}.get("NODE_OPTIONS", "")),
        "HOST": address,
    }


def _credentials(task: str) -> dict[str, str]:
    """Return keys of the task role, so that its policy is enforced."""
    definition = ecs._task_defs[ecs._resolve_td_key(ecs._tasks[task]["taskDefinitionArn"])]
    region = task.split(":")[3]
    session = f"task.{definition['family']}"  # by which the log of calls knows whose they are
    name = f"arn:aws:lambda:{region}:{task.split(':')[4]}:function:{session}"
    role = definition.get("taskRoleArn", "")
    given = lambda_runtime.execution_credentials({"FunctionArn": name, "FunctionName": session, "Role": role})
    return {**given, "AWS_REGION": region, "AWS_DEFAULT_REGION": region}
