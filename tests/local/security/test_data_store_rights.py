"""What a malicious handler can make of a database and a cache, which run with the rights of the developer."""

import socket
from collections.abc import Mapping
from unittest.mock import patch

import aws_cdk as cdk
import psycopg
import pytest
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_rds as rds

from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud
from wellmade.local.toolchain import data_stores

pytestmark = pytest.mark.local

CLUSTERS = {"Shop": "shop_owner", "Common": "postgres"}


class StoresStack(cdk.Stack):
    """A cache, and two clusters behind a proxy, one of them with the owner's usual name."""

    def __init__(self, app: cdk.App, name: str) -> None:
        super().__init__(app, name)
        cache = elasticache.CfnReplicationGroup(
            self, "Cache", replication_group_description="of a test", engine="redis"
        )
        proxy = rds.CfnDBProxy(
            self,
            "Proxy",
            auth=[{"authScheme": "SECRETS"}],
            db_proxy_name="proxy",
            engine_family="POSTGRESQL",
            role_arn="arn:aws:iam::000000000000:role/nobody",
            vpc_subnet_ids=["subnet-1", "subnet-2"],
        )
        for cluster, owner in CLUSTERS.items():
            proxy.node.add_dependency(
                rds.CfnDBCluster(
                    self,
                    cluster,
                    engine="aurora-postgresql",
                    master_username=owner,
                    manage_master_user_password=True,
                    database_name=f"{cluster.lower()}_data",
                )
            )
        cdk.CfnOutput(self, "CacheHost", value=cache.attr_primary_end_point_address)
        cdk.CfnOutput(self, "Database", value=proxy.attr_endpoint)


@pytest.fixture(scope="module")
def stores(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    out = tmp_path_factory.mktemp("cdk.out")
    app = cdk.App(outdir=str(out), analytics_reporting=False)
    StoresStack(app, "stores")
    app.synth()
    tools = tmp_path_factory.mktemp("tools") / "my ü tools"  # a folder may be called so
    tools.symlink_to(data_stores())
    with patch("wellmade.local.images.data_stores", lambda: tools):
        return deploy_assembly(cloud, out).outputs["stores"]


@pytest.mark.parametrize(
    "command",
    ["CONFIG SET dir /root", "SAVE", "MODULE LOAD /tmp/evil.so", "REPLICAOF 10.0.0.1 6379", "DEBUG X"],
)
def test_a_cache_writes_no_file_and_loads_no_code(stores: Mapping[str, str], command: str) -> None:
    with socket.create_connection((stores["CacheHost"], 6379), timeout=10) as cache:
        cache.sendall(f"SET key value\r\n{command}\r\n".encode())
        answers = b""
        while answers.count(b"\r\n") < 2:
            answers += cache.recv(1000)

    assert answers.startswith(b"+OK\r\n-ERR unknown command")


@pytest.mark.parametrize(("cluster", "owner"), CLUSTERS.items())
def test_the_owner_of_a_database_reads_no_file_and_runs_no_program(
    stores: Mapping[str, str], cluster: str, owner: str
) -> None:
    own = f"host={stores['Database']} user={owner} dbname={cluster.lower()}_data"
    with psycopg.connect(own, autocommit=True) as connection:
        connection.execute("create table lines (line text)")
        for attack in (
            "copy lines from '/etc/passwd'",
            "copy lines from program 'id'",
            "select pg_read_file('/etc/passwd')",
            "create role helper superuser",
            "alter role current_user superuser",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(attack)


@pytest.mark.parametrize("user", ["wellmade", "keeper"])
def test_nobody_is_a_superuser(stores: Mapping[str, str], user: str) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"pg_hba\.conf rejects"):
        psycopg.connect(f"host={stores['Database']} user={user} dbname=shop_data")
