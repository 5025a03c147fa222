"""A handler that means harm, such as one of a package that was taken over."""

import ctypes
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from wellmade.local.isolation import isolation
from wellmade.local.server import LocalCloud, running

pytestmark = [
    pytest.mark.local,
    pytest.mark.skipif(bool(isolation().missing), reason="this system keeps no process apart, as `up` tells"),
]

READ = """
def handler(event, context):
    found = {}
    for path in event:
        try:
            with open(path, "rb") as file:
                found[path] = file.read(4000).decode(errors="replace")
        except OSError as error:
            pass
    return found
"""
READ_IN_NODE = """
const fs = require("fs");
exports.handler = async (event) => {
  const found = {};
  for (const path of event) {
    try { found[path] = fs.readFileSync(path, "utf8"); } catch (error) {}
  }
  return found;
};
"""
LIST = """
import os
def handler(event, context):
    found = []
    for path in event:
        try:
            found += os.listdir(path)
        except OSError:
            pass
    return found
"""
WRITE = """
import os
def handler(event, context):
    done = []
    for path in event:
        try:
            with open(os.path.join(path, "left-behind"), "w") as file:
                file.write("x")
            done.append(path)
        except OSError:
            pass
    return done
"""
KILL = """
import os, signal
def handler(event, context):
    done = []
    for process in event:
        try:
            os.kill(process, 0)
            done.append(process)
        except OSError:
            pass
    return done
"""
HOME = """
import os, pathlib, tempfile
def handler(event, context):
    home = pathlib.Path.home()
    pathlib.Path(tempfile.gettempdir(), "mine").write_text("x")
    pathlib.Path("/tmp/mine").write_text("x")
    return {"home": os.listdir(home) if home.exists() else [], "tmp": os.listdir("/tmp"),
            "root": os.environ["LAMBDA_TASK_ROOT"], "path": str(home), "environment": dict(os.environ)}
"""
FILL = """
import os
def handler(event, context):
    with open("/tmp/large", "wb") as file:
        try:
            os.posix_fallocate(file.fileno(), 0, 513 * 2**20)
            refused = None
        except OSError as error:
            refused = error.errno
    found = os.statvfs("/tmp")
    return [found.f_frsize * found.f_blocks // 2**20, refused]
"""

SHARED = """
import ctypes
def handler(event, context):
    libc = ctypes.CDLL(None)
    libc.shmat.restype = ctypes.c_void_p
    found = libc.shmget(event, 4096, 0)
    return ctypes.string_at(libc.shmat(found, None, 0)).decode() if found >= 0 else ""
"""


@pytest.fixture
def shared() -> Iterator[int]:
    """Memory that the developer's programs share, such as those of a database, by its key."""
    libc, key = ctypes.CDLL(None, use_errno=True), os.getpid()
    libc.shmat.restype = ctypes.c_void_p
    memory = libc.shmget(key, 4096, 0o1600)
    ctypes.memmove(libc.shmat(memory, None, 0), b"a secret", 8)
    yield key
    libc.shmctl(memory, 0, None)


def private_files(cloud: LocalCloud, secret_file: Path) -> list[str]:
    server = f"/proc/{cloud.pid}"
    return [
        str(secret_file),
        str(cloud.state_dir / "local.json"),
        str(cloud.state_dir / "local.log"),
        f"{server}/environ",
        f"{server}/cmdline",
        f"{server}/maps",
        f"{server}/cwd/../local.json",
        f"{server}/root{secret_file}",
        "/proc/self/root" + str(secret_file),
        "/etc/shadow",
        "/etc/machine-id",
    ]


def test_it_reads_no_file_of_the_developer(
    cloud: LocalCloud, run_handler: Callable[..., Any], secret_file: Path
) -> None:
    assert run_handler("reader", READ, private_files(cloud, secret_file)) == {}


def test_nor_does_one_of_node(cloud: LocalCloud, run_handler: Callable[..., Any], secret_file: Path) -> None:
    assert run_handler("node-reader", READ_IN_NODE, private_files(cloud, secret_file), "nodejs22.x") == {}


def test_it_lists_no_folder_of_the_developer(
    cloud: LocalCloud, run_handler: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "project").mkdir()
    folders = [tmp_path, Path.home(), Path.cwd(), cloud.state_dir, cloud.state_dir / "local"]

    assert run_handler("lister", LIST, [str(folder) for folder in folders]) == []


def test_it_writes_nowhere_but_into_its_own_folder(
    cloud: LocalCloud, run_handler: Callable[..., Any], tmp_path: Path
) -> None:
    folders = [tmp_path, Path.home(), Path.cwd(), cloud.state_dir, Path("/var"), Path("/dev")]

    assert run_handler("writer", WRITE, [str(folder) for folder in folders if folder.is_dir()]) == []


def test_it_signals_nobody(cloud: LocalCloud, run_handler: Callable[..., Any]) -> None:
    assert run_handler("killer", KILL, [cloud.pid, os.getpid()]) == []
    assert running(cloud.state_dir) == cloud


def test_it_shares_no_memory(run_handler: Callable[..., Any], shared: int) -> None:
    assert run_handler("sharer", SHARED, shared) == ""


def test_its_home_and_temporary_folder_are_its_own(run_handler: Callable[..., Any]) -> None:
    first, second = (run_handler(name, HOME) for name in ("first", "second"))

    assert first["tmp"] == second["tmp"] == ["mine"]
    assert first["path"] != str(Path.home())
    assert not [name for name in first["environment"] if name.startswith("PYTHON") or name == "VIRTUAL_ENV"]
    assert str(Path.home()) not in first["environment"]["PATH"].split(os.pathsep)


def test_it_does_not_fill_the_disk(run_handler: Callable[..., Any]) -> None:
    """More than its 512 MB is refused, as on Lambda."""
    assert run_handler("filler", FILL) == [512, errno.ENOSPC]
