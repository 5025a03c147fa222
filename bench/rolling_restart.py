"""How many requests fail while every task of the web service is replaced, again and again.

The stack runs on the embedded AWS: its real program behind the load balancer, with a database and a cache.
Clients place orders and read them back without a pause, each request on a connection of its own, while the
service is deployed anew. The target is 0 failed.

    python -m bench.rolling_restart [--requests 5000] [--clients 4]
"""

import argparse
import http.client
import json
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aws_cdk as cdk

import app as reference_app
from bench.cloud import ROOT, cloud_for
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

TASKS = 2
PATIENCE = 60


@dataclass
class Load:
    """Clients that place orders and read them back until there were enough."""

    address: str
    """Where the load balancer answers, such as `http://127.0.0.1:4566/_alb/<name>`."""
    outcomes: Counter[str] = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Send one request on a new connection."""
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(parts.netloc, timeout=20)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, f"{parts.path}{path}", sent, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        finally:
            connection.close()

    def run(self, customer: str) -> None:
        """Be one customer."""
        _, answer = self.request("POST", "/sessions", {"customer": customer})
        login = {"Authorization": f"Bearer {answer['session']}"}
        while not self.stop.is_set():
            key = f"order-{uuid.uuid4()}"
            self._count(201, "POST", "/orders", {"amount_cents": 100}, **login, **{"Idempotency-Key": key})
            self._count(200, "GET", f"/orders/{key}", **login)

    def _count(self, expected: int, method: str, path: str, body: Any = None, **headers: str) -> None:
        try:
            status, answer = self.request(method, path, body, **headers)
            outcome = "served" if status == expected else f"{status} {answer}"
        except (OSError, http.client.HTTPException, ValueError) as error:
            outcome = type(error).__name__
        with self.lock:
            self.outcomes[outcome] += 1


def deploy_web_service(cloud: LocalCloud) -> dict[str, str]:
    """Deploy the stack as on a laptop and return its outputs."""
    with tempfile.TemporaryDirectory() as out:
        context = json.loads((ROOT / "cdk.json").read_text())["context"]
        app = cdk.App(
            context={**context, "environment": "local"},
            outdir=out,
            builtin_cloud_formation_validation=False,
            analytics_reporting=False,
        )
        reference_app.build(app, ["web-service"])
        app.synth()
        return deploy_assembly(cloud, Path(out), ["web-service"]).outputs["web-service"]


def replace_tasks_under_load(
    cloud: LocalCloud, balancer: str, requests: int, clients: int
) -> tuple[Load, int]:
    """Send requests while the service is deployed again and again; return outcomes and deployments."""
    load = Load(f"{cloud.endpoint}/_alb/{balancer}")
    service = _service(cloud)
    _settle(cloud, service, desiredCount=TASKS)
    threads = [threading.Thread(target=load.run, args=(f"customer {number}",)) for number in range(clients)]
    for thread in threads:
        thread.start()
    deployments = 0
    try:
        while sum(load.outcomes.values()) < requests:
            _settle(cloud, service, forceNewDeployment=True)
            deployments += 1
    finally:
        load.stop.set()
        for thread in threads:
            thread.join()
    return load, deployments


def _service(cloud: LocalCloud) -> dict[str, str]:
    ecs = cloud.client("ecs")
    for cluster in ecs.list_clusters()["clusterArns"]:
        for service in ecs.list_services(cluster=cluster)["serviceArns"]:
            if ecs.describe_services(cluster=cluster, services=[service])["services"][0]["loadBalancers"]:
                return {"cluster": cluster, "service": service}
    raise LookupError("no service has a load balancer")


def _settle(cloud: LocalCloud, service: dict[str, str], **change: Any) -> None:
    """Change the service and wait until it runs as it should, and nothing of before is left."""
    ecs = cloud.client("ecs")
    ecs.update_service(**service, **change)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        asked = ecs.describe_services(cluster=service["cluster"], services=[service["service"]])
        found = asked["services"][0]
        [*old, _] = found["deployments"]
        if not old and found["runningCount"] == found["desiredCount"] == TASKS:
            return
        time.sleep(0.2)
    raise TimeoutError(f"the service did not settle within {PATIENCE} s")


def main() -> int:
    """Run and print the figures; 1 when a request failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=5000, help="at least so many; default: 5000")
    parser.add_argument("--clients", type=int, default=4, help="at once; default: 4")
    options = parser.parse_args()
    with cloud_for("rolling") as cloud:
        print("deploying …", flush=True)
        outputs = deploy_web_service(cloud)
        began = time.monotonic()
        load, deployments = replace_tasks_under_load(
            cloud, outputs["LoadBalancerName"], options.requests, options.clients
        )
        total, failed = sum(load.outcomes.values()), load.outcomes.total() - load.outcomes["served"]
        seconds = time.monotonic() - began
        print(f"{total} requests in {seconds:.0f} s, {deployments} deployments of {TASKS} tasks")
        print(f"failed: {failed} {dict(load.outcomes) if failed else ''}")
        return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
