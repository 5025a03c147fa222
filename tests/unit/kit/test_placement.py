"""Networks that are looked up: the first synthesis has stand-ins, by which nothing may be refused."""

import json
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2

from wellmade.compute import FargateWorker
from wellmade.kit.placement import data_subnets, has_way_out, workload_subnets


@pytest.fixture
def elsewhere() -> cdk.Stack:
    env = cdk.Environment(account="111122223333", region="eu-central-1")
    return cdk.Stack(cdk.App(analytics_reporting=False), "Elsewhere", env=env)


@pytest.fixture
def looked_up(elsewhere: cdk.Stack) -> ec2.IVpc:
    return ec2.Vpc.from_lookup(elsewhere, "Network", vpc_id="vpc-0123456789abcdef0")


def test_a_network_that_is_not_looked_up_yet_has_a_way_out(elsewhere: cdk.Stack, looked_up: ec2.IVpc) -> None:
    assert has_way_out(looked_up)
    assert has_way_out(looked_up, workload_subnets(looked_up))
    assert not has_way_out(looked_up, looked_up.public_subnets)
    assert data_subnets(elsewhere, looked_up)


def test_the_first_synthesis_with_a_lookup_goes_through(elsewhere: cdk.Stack, looked_up: ec2.IVpc) -> None:
    FargateWorker(elsewhere, "Invoices", vpc=looked_up, image="invoice_worker")
    app = elsewhere.node.root
    assert isinstance(app, cdk.App)
    manifest = json.loads((Path(app.synth().directory) / "manifest.json").read_text())
    assert [each["provider"] for each in manifest["missing"]] == ["vpc-provider"]
