"""A stack is deployed again with the settings of another environment."""

from collections.abc import Callable, Mapping
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_rds as rds

from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


class SizedStack(cdk.Stack):
    """Resources whose attributes others ask for, with what differs between environments."""

    def __init__(self, scope: cdk.App, construct_id: str, *, large: bool) -> None:
        super().__init__(scope, construct_id)
        cluster = rds.CfnDBCluster(
            self,
            "Database",
            engine="aurora-postgresql",
            master_username="app",
            manage_master_user_password=True,
            deletion_protection=large,
        )
        network = ec2.CfnVPC(self, "Network", cidr_block="10.0.0.0/16", enable_dns_hostnames=large)
        cache = elasticache.CfnReplicationGroup(
            self,
            "Cache",
            replication_group_description="sessions",
            cache_node_type="cache.r7g.large" if large else "cache.t4g.small",
            num_cache_clusters=1,
        )
        names = {
            "SecretArn": cluster.attr_master_user_secret_secret_arn,
            "Block": network.attr_cidr_block,
            "Endpoint": cache.attr_primary_end_point_address,
        }
        for name, value in names.items():
            cdk.CfnOutput(self, name, value=f"{value} large" if large and name != "Endpoint" else value)


@pytest.fixture
def outputs_of(cloud: LocalCloud, tmp_path: Path) -> Callable[..., Mapping[str, str]]:
    def deploy(*, large: bool) -> Mapping[str, str]:
        out = tmp_path / str(large)
        app = cdk.App(outdir=str(out), builtin_cloud_formation_validation=False, analytics_reporting=False)
        SizedStack(app, "sized", large=large)
        app.synth()
        return deploy_assembly(cloud, out).outputs["sized"]

    return deploy


def test_what_stays_the_same_resource_keeps_its_attributes(
    outputs_of: Callable[..., Mapping[str, str]],
) -> None:
    small, large = outputs_of(large=False), outputs_of(large=True)

    assert large == {
        "SecretArn": f"{small['SecretArn']} large",
        "Block": f"{small['Block']} large",
        "Endpoint": small["Endpoint"],
    }
    assert small["Endpoint"].startswith("127.")
