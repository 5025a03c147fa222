"""The web service as deployed: its real programs, their database and their cache, behind the load balancer."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from bench.rolling_restart import Load, deploy_web_service, replace_tasks_under_load
from bench.worker_kills import kill_workers_at_work
from wellmade.local.deploy import describe
from wellmade.local.server import LocalCloud, start

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def own_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A cloud of its own, whose end is looked at."""
    running = start(tmp_path_factory.mktemp("web"), lifetime=timedelta(hours=1), parent=os.getpid())
    with running:
        yield running


@pytest.fixture(scope="module")
def outputs(own_cloud: LocalCloud) -> dict[str, str]:
    return deploy_web_service(own_cloud)


@pytest.fixture(scope="module")
def service(own_cloud: LocalCloud, outputs: dict[str, str]) -> Load:
    return Load(f"{own_cloud.endpoint}/_alb/{outputs['LoadBalancerName']}")


def test_an_order_comes_in_through_the_load_balancer_and_an_invoice_out_of_the_queue(
    own_cloud: LocalCloud, outputs: dict[str, str], service: Load, eventually: Callable[..., None]
) -> None:
    assert service.request("GET", "/ready") == (200, {"database": True, "cache": True, "serving": True})
    _, answer = service.request("POST", "/sessions", {"customer": "ada"})
    headers = {"Authorization": f"Bearer {answer['session']}", "Idempotency-Key": "order-0001"}
    assert service.request("POST", "/orders", {"amount_cents": 250}, **headers)[0] == 201

    def invoiced() -> bool:
        key = {"pk": {"S": "invoice#order-0001#ada"}}
        table = own_cloud.client("dynamodb")
        return "Item" in table.get_item(TableName=outputs["InvoicesTableName"], Key=key)

    eventually(invoiced)


def test_a_function_behind_the_same_load_balancer_looks_an_invoice_up(
    own_cloud: LocalCloud, outputs: dict[str, str], service: Load
) -> None:
    item = {"pk": {"S": "invoice#order-0002#bob"}, "customer": {"S": "bob"}, "amount_cents": {"N": "125"}}
    own_cloud.client("dynamodb").put_item(TableName=outputs["InvoicesTableName"], Item=item)
    found = {"order_id": "order-0002", "amount_cents": 125}
    assert service.request("GET", "/invoices/order-0002?customer=bob") == (200, found)
    assert service.request("GET", "/invoices/order-0002?customer=ada")[0] == 404
    assert service.request("GET", "/invoices/order-0002?customer=bob&customer=ada")[0] == 400
    assert service.request("POST", "/invoices/order-0002?customer=bob", {})[0] == 405
    assert service.request("GET", "/health")[0] == 200  # what no rule takes is the service's


def test_what_a_laptop_needs_is_there(own_cloud: LocalCloud, outputs: dict[str, str]) -> None:
    ec2 = own_cloud.client("ec2")
    [vpc] = [v for v in ec2.describe_vpcs()["Vpcs"] if not v["IsDefault"]]
    inside = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    assert len(ec2.describe_subnets(Filters=inside)["Subnets"]) == 6
    assert len(ec2.describe_security_groups(Filters=inside)["SecurityGroups"]) > 5
    [cluster] = own_cloud.client("rds").describe_db_clusters()["DBClusters"]
    assert cluster["DatabaseName"] == "app"
    assert Path(outputs["DatabaseAddress"]).is_dir()


def test_says_what_is_only_recorded(own_cloud: LocalCloud, outputs: dict[str, str]) -> None:
    assert outputs
    said = "\n".join(describe(own_cloud, ["web-service"]).not_simulated)
    for kind in ("AWS::ECS::Service", "AWS::RDS::DBProxy", "AWS::ElastiCache::ReplicationGroup"):
        assert kind in said


@pytest.mark.scan
def test_no_request_fails_while_every_task_is_replaced(
    own_cloud: LocalCloud, outputs: dict[str, str]
) -> None:
    load, deployments = replace_tasks_under_load(own_cloud, outputs["LoadBalancerName"], 200, clients=2)
    assert deployments
    assert set(load.outcomes) == {"served"}


@pytest.mark.scan
def test_workers_that_are_killed_lose_and_double_nothing(own_cloud: LocalCloud) -> None:
    found = kill_workers_at_work(own_cloud, messages=60, kills=5, seed=2)
    assert (found.lost, found.doubled, found.mixed) == (0, 0, 0)


def test_nothing_of_it_runs_on(own_cloud: LocalCloud, outputs: dict[str, str]) -> None:
    of_cloud = psutil.Process(own_cloud.pid).children(recursive=True)
    of_cloud += [each for each in psutil.process_iter() if _names(each, outputs["DatabaseAddress"])]
    assert {"postgres", "redis-server"} <= {process.name() for process in of_cloud}
    own_cloud.stop()
    _, alive = psutil.wait_procs(of_cloud, timeout=10)
    assert alive == []
    assert not Path(outputs["DatabaseAddress"]).exists()


def _names(process: psutil.Process, folder: str) -> bool:
    try:
        return any(word.startswith(folder) for word in process.cmdline())
    except psutil.Error:
        return False  # it ended meanwhile, or is somebody else's
