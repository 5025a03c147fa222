"""A stranger in the same network: what of the app listens there is kept at home, or told."""

import contextlib
import ipaddress
import json
from collections.abc import Callable
from pathlib import Path

import aws_cdk as cdk
import psutil
import pytest

from tests.local.apps.listeners import AT_HOME, BEYOND, ListenersStack
from tests.local.functions import make_function
from wellmade.local.deploy import deploy_assembly
from wellmade.local.open_ports import open_ports
from wellmade.local.server import LocalCloud

pytestmark = [
    pytest.mark.local,
    pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="this system does not tell who listens"),
]

IN_PYTHON = """
import socket, subprocess, sys
opened = []
def handler(event, context):
    if event["other"]:
        code = f"import socket, time; s = socket.create_server(('0.0.0.0', {event['port']})); time.sleep(60)"
        opened.append(subprocess.Popen([sys.executable, "-S", "-c", code]))
    else:
        opened.append(socket.create_server(("", event["port"])))
"""
IN_NODE = """
exports.handler = (event) => new Promise((done) => {
  require("http").createServer().listen(event.port, "0.0.0.0", () => done("up"));
});
"""


def where(cloud: LocalCloud, port: int) -> set[str]:
    """Addresses at which something of the cloud listens."""
    found = set()
    for process in psutil.Process(cloud.pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            connections = process.net_connections("tcp")
            found |= {
                each.laddr.ip for each in connections if each.status == "LISTEN" and each.laddr.port == port
            }
    return found


def is_at_home(address: str) -> bool:
    found = ipaddress.ip_address(address)
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


@pytest.fixture(scope="module", autouse=True)
def app(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The programs, deployed."""
    folder = tmp_path_factory.mktemp("über uns")
    app = cdk.App(outdir=str(folder / "cdk.out"), analytics_reporting=False)
    ListenersStack(app, "listeners", folder=folder)
    app.synth()
    deploy_assembly(cloud, folder / "cdk.out")


@pytest.mark.parametrize("name", AT_HOME)
def test_servers_of_node_and_python_listen_at_home(
    cloud: LocalCloud, eventually: Callable[..., None], name: str
) -> None:
    port, _ = AT_HOME[name]
    eventually(lambda: where(cloud, port), otherwise=lambda: name)
    assert all(is_at_home(address) for address in where(cloud, port))


@pytest.mark.parametrize("name", BEYOND)
def test_any_other_program_is_told_by_name(
    cloud: LocalCloud, eventually: Callable[..., None], name: str
) -> None:
    port, _ = BEYOND[name]

    def told() -> bool:
        return any(
            f"the program of {name} listens at " in line and f":{port}," in line for line in open_ports(cloud)
        )

    eventually(told, otherwise=lambda: open_ports(cloud))
    cloud.client("ecs").update_service(
        cluster=cloud.client("ecs").list_clusters()["clusterArns"][-1], service=name, desiredCount=0
    )
    eventually(lambda: not told(), otherwise=lambda: open_ports(cloud))


@pytest.mark.parametrize(
    ("name", "source", "runtime", "port"),
    [("server-python", IN_PYTHON, "python3.13", 7121), ("server-node", IN_NODE, "nodejs22.x", 7122)],
)
def test_a_server_in_a_function_listens_at_home(
    cloud: LocalCloud, name: str, source: str, runtime: str, port: int
) -> None:
    client = make_function(cloud, name, source, runtime=runtime, Timeout=20)

    client.invoke(FunctionName=name, Payload=json.dumps({"port": port, "other": False}))

    assert where(cloud, port)
    assert all(is_at_home(address) for address in where(cloud, port))


def test_what_a_function_starts_is_told_by_name(cloud: LocalCloud, eventually: Callable[..., None]) -> None:
    client = make_function(cloud, "server-other", IN_PYTHON, Timeout=20)
    client.invoke(FunctionName="server-other", Payload=json.dumps({"port": 7123, "other": True}))

    eventually(
        lambda: "the function server-other listens at 0.0.0.0:7123" in "\n".join(open_ports(cloud)),
        otherwise=lambda: open_ports(cloud),
    )
