"""Every type of our stacks is priced or free, with a page of AWS; what is not priced is known by name."""

from pathlib import Path
from typing import Any

import pytest

from wellmade.cost import estimate
from wellmade.cost.registry import MODULES, PRICED, free_types
from wellmade.facts.prices import regions
from wellmade.graph import Graph, load

pytestmark = pytest.mark.scan

NO_PRICE = {
    "AWS::Athena::WorkGroup",  # by what queries scan
    "AWS::AutoScaling::AutoScalingGroup",  # by hours that no template tells
    "AWS::CloudFront::MonitoringSubscription",  # by metric; no source of today's price
    "AWS::CloudTrail::Trail",  # data events by number, which no template tells
    "AWS::Config::ConfigRule",  # by evaluation; no source of today's price
    "AWS::Config::ConfigurationRecorder",  # by recorded change; no source of today's price
    "AWS::Config::OrganizationConfigRule",  # by evaluation; no source of today's price
    "AWS::Config::RemediationConfiguration",  # by step of a document; no source of today's price
    "AWS::Macie::Session",  # by bucket and GB; no source of today's price
    "AWS::RDS::DBProxyEndpoint",  # by hour, as an interface endpoint; no source of today's price
    "AWS::RDS::GlobalCluster",  # by replicated write, which no template tells
}
"""Types for which a module says that a price is missing, whatever the region."""


@pytest.fixture(scope="module")
def graph(assembly: Path) -> Graph:
    return load([assembly])


def test_every_type_is_priced_or_declared_free(graph: Graph) -> None:
    kinds = {one.type for one in graph.resources.values()}
    assert kinds - set(PRICED) - set(free_types()) == set()


def pages_of(module: Any) -> list[str]:
    """Return the page that a module follows, or those of the rows of its table."""
    rows = getattr(module, "ROWS", None)
    return [module.PAGE] if rows is None else [row.page for row in rows.values()]


def test_no_type_is_both() -> None:
    assert set(PRICED) & set(free_types()) == set()
    of_aws = ("https://aws.amazon.com/", "https://docs.aws.amazon.com/")
    assert all(page.startswith(of_aws) for page in free_types().values())
    assert [page for module in MODULES for page in pages_of(module) if not page.startswith(of_aws)] == []


def test_what_is_not_priced_in_virginia_is_known(graph: Graph) -> None:
    found = {resource.type for resource, _ in estimate(graph).stated.not_priced}
    in_part = {
        "AWS::ECS::Cluster",
        "AWS::EKS::Cluster",
        "AWS::CloudFront::Distribution",
        "AWS::RDS::DBCluster",
        "AWS::StepFunctions::StateMachine",
        "AWS::ElastiCache::ReplicationGroup",
    }
    assert found <= NO_PRICE | in_part


@pytest.mark.parametrize("region", regions())
def test_each_region_has_a_sum(graph: Graph, region: str) -> None:
    found = estimate(graph, region=region)
    assert found.stated.fixed > 100
    assert found.stated.at_least
