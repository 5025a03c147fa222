"""Gap: databases and caches are records, and a program that needs one cannot serve.

A proxy of a database is answered by a PostgreSQL of this machine, through a socket in a folder that only this
user may open; a replication group by a Redis at an address of this cloud's own, where only this user gets
through (`relay`), with the password that the template gives it. Both without TLS and IAM. They run with the
rights of this user, so whoever they let in cannot make them read or write a file or run a program.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Any

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import rds
from ministack.services.cloudformation import provisioners

from . import addresses, relay
from .data_store_programs import CACHE, DATABASE
from .log_groups import write_line
from .resources import give_attributes

Properties = dict[str, Any]
Result = tuple[str, dict[str, Any]]

_SOCKET = ".s.PGSQL.5432"
_WITHHELD = "BGREWRITEAOF BGSAVE CONFIG DEBUG MIGRATE MODULE PSYNC REPLICAOF SAVE SHUTDOWN SLAVEOF SYNC"
"""Commands that ElastiCache has not, and by which a function could write files with your rights. Source:
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html"""
PASSWORD_OF_COPIES = secrets.token_hex(16)
"""With which a copy of a database gets what is written there; no function knows it."""
PATH = os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/sbin"])
"""PostgreSQL does not run as root, and a user to run it is made with a program of the administrator's."""
_running: dict[str, tuple[subprocess.Popen[str], str]] = {}
"""The server and its folder, by physical id."""
_addresses: dict[str, str] = {}
"""Where each cache answers, by physical id."""


def apply() -> None:
    """Answer for proxies of databases and for replication groups."""
    handlers = provisioners._RESOURCE_HANDLERS
    if not dict.__contains__(handlers, "AWS::RDS::DBProxy"):
        handlers["AWS::RDS::DBProxy"] = {"create": _create_proxy, "update": _keep_proxy, "delete": _delete}
    if not dict.__contains__(handlers, "AWS::RDS::DBProxyEndpoint"):
        handlers["AWS::RDS::DBProxyEndpoint"] = {"create": _create_endpoint, "delete": _leave_endpoint}
    _answer_for_caches(handlers["AWS::ElastiCache::ReplicationGroup"])
    give_attributes(handlers["AWS::RDS::DBCluster"], _secret)


def stop_all() -> None:
    """End every server that was started here."""
    for name in list(_running):
        _delete(name, {})


def _create_proxy(_logical_id: str, properties: Properties, stack: str) -> Result:
    name = properties["DBProxyName"]
    folder = _folder()
    owners = {
        f"{cluster['MasterUsername']}/{cluster.get('DatabaseName')}"
        for cluster in rds._clusters.values()
        if cluster.get("MasterUsername")  # which a copy of another region's takes from that
    }
    _start(name, DATABASE, [f"{folder}/data", *sorted(owners)], folder, PASSWORD_OF_COPIES)
    return name, _attributes(folder, stack)


def _create_endpoint(_logical_id: str, properties: Properties, stack: str) -> Result:
    """Answer at another endpoint of a proxy with the same database: there is one of it."""
    running = _running.get(properties["DBProxyName"])
    attributes = _attributes(running[1], stack) if running else {"Endpoint": "", "VpcId": ""}
    return properties["DBProxyEndpointName"], attributes


def _leave_endpoint(_name: str, _properties: Properties) -> None:
    """Leave the database to its proxy."""


def running(proxy: str) -> str | None:
    """Return the folder of the server behind a proxy; None where none runs."""
    return _running[proxy][1] if proxy in _running else None


def folders() -> list[str]:
    """Return where programs find the sockets of databases."""
    return [folder for _, folder in _running.values()]


def _folder() -> str:
    """Make a folder: short, since a socket's path is limited, and apart, for a database of another user."""
    folder = tempfile.mkdtemp(prefix="wellmade-", dir="/tmp")
    Path(os.environ["TMPDIR"], "outside").mkdir(exist_ok=True)
    Path(os.environ["TMPDIR"], "outside", Path(folder).name).touch()  # who sweeps up after us removes it
    return folder


def _keep_proxy(name: str, _old: Properties, new: Properties, stack: str) -> Result:
    if name in _running:
        return name, _attributes(_running[name][1], stack)
    return _create_proxy("", new, stack)


def _attributes(folder: str, stack: str) -> dict[str, Any]:
    arn = f"arn:aws:rds:{get_region()}:{get_account_id()}:db-proxy:prx-{stack}"
    return {"Endpoint": _reachable(folder), "DBProxyArn": arn, "VpcId": ""}


def _reachable(folder: str) -> str:
    """Return the folder of a database's socket; what root started runs as another user, and is relayed."""
    data, own = Path(folder, "data"), Path(folder, _SOCKET)
    if not data.exists() or data.stat().st_uid == os.getuid():
        return str(data)
    if not own.exists():
        relay.listen_locally(str(own), str(data / _SOCKET))
    return folder


def _secret(identity: str, _properties: Properties) -> Properties:
    """A managed password has a secret, which roles name; MiniStack keeps none."""
    arn = f"arn:aws:secretsmanager:{get_region()}:{get_account_id()}:secret:rds!cluster-{identity}"
    return {"MasterUserSecret.SecretArn": arn}


def _answer_for_caches(handler: dict[str, Any]) -> None:
    create, update, delete = handler["create"], handler["update"], handler["delete"]

    def create_and_start(logical_id: str, properties: Properties, stack: str) -> Result:
        identity, attributes = create(logical_id, properties, stack)
        folder = _folder()
        settings = {"port": "0", "save": '""', "unixsocket": f"{folder}/redis.sock", "unixsocketperm": "700"}
        if password := properties.get("AuthToken"):
            settings["requirepass"] = str(password)
        settings |= {f"rename-command {command}": '""' for command in _WITHHELD.split()}
        given = "\n".join(f"{name} {value}" for name, value in settings.items())
        if not _start(identity, CACHE, [folder], folder, given):
            return identity, attributes
        address = addresses.next_address()
        relay.listen(address, 6379, settings["unixsocket"])
        _addresses[identity] = address
        return identity, {**attributes, "PrimaryEndPoint.Address": address}

    def update_and_stay(identity: str, *given: Any) -> Result:
        updated, attributes = update(identity, *given)
        address = _addresses.get(updated)
        return updated, {**attributes, "PrimaryEndPoint.Address": address} if address else attributes

    def stop_and_delete(identity: str, properties: Properties) -> None:
        _delete(identity, properties)
        delete(identity, properties)

    handler |= {"create": create_and_start, "update": update_and_stay, "delete": stop_and_delete}


def _start(name: str, script: str, arguments: list[str], folder: str, given: str = "") -> bool:
    """Start a server and wait until it is ready; False where the packages for it were not offered."""
    offered = Path(os.environ["TMPDIR"]) / "data-stores"
    if not offered.exists():
        return False
    process = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-P", "-W", "ignore", "-c", script, *arguments],
        env={"PATH": PATH, "PYTHONPATH": offered.read_text(), "HOME": os.environ["TMPDIR"]},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    _running[name] = (process, folder)
    if process.stdin:
        process.stdin.write(given)
        process.stdin.close()
    if process.stdout is None or process.stdout.readline() != "ready\n":
        raise ValueError(f"{name}: its local server did not start; see the log")
    scope = (get_account_id(), get_region())
    threading.Thread(target=_keep_log, args=(process.stdout, name, scope), daemon=True).start()
    return True


def _keep_log(lines: IO[str], name: str, scope: tuple[str, str]) -> None:
    """Write what a server says to a log group of its name, as both services do on AWS when asked to."""
    with request_scope(*scope):
        for line in lines:
            write_line(f"/wellmade/{name}", name, line.rstrip())


def _delete(name: str, _properties: Properties) -> None:
    if name not in _running:
        return
    process, folder = _running.pop(name)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)
