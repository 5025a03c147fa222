"""Distributions, records and tables of several regions are judged whichever way their template spells them."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings

SITE = """
  Site: {Type: AWS::S3::Bucket, Properties: {WebsiteConfiguration: {IndexDocument: index.html}}}
  Edge:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig: {Enabled: true, %s, DefaultCacheBehavior: {TargetOriginId: %s, ViewerProtocolPolicy: https-only, %s}}
"""
CACHED = "CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6"
FORWARDED = "ForwardedValues: {QueryString: 'true'}"
LEGACY = "S3Origin: {DNSName: !GetAtt Site.DomainName, OriginAccessIdentity: %s}"
ORIGINS = "Origins: [{Id: o, DomainName: %s, %s}]"
PRIVATE = "OriginAccessControlId: x, S3OriginConfig: {}"
OF_REGION = "!Join ['.', [!Ref Site, !ImportValue website]]"
GROUP = (
    "Origins: [{Id: o, DomainName: !GetAtt Site.RegionalDomainName, %s}, {Id: p, DomainName: %s, %s}], "
    "OriginGroups: {Quantity: 1, Items: [{Id: g, Members: {Quantity: 2, Items: [{OriginId: o}, {OriginId: p}]}}]}"
)


@pytest.mark.parametrize(
    ("rule", "origins", "target", "behaviour", "found"),
    [
        ("edge-public-origin", LEGACY % "''", "o", CACHED, True),
        ("edge-public-origin", LEGACY % "origin-access-identity/cloudfront/E1", "o", CACHED, False),
        ("edge-public-origin", ORIGINS % (OF_REGION, "CustomOriginConfig: {}"), "o", CACHED, True),
        ("edge-public-origin", ORIGINS % (OF_REGION, PRIVATE), "o", CACHED, False),
        ("edge-query-strings", LEGACY % "origin-access-identity/cloudfront/E1", "o", FORWARDED, True),
        (
            "edge-query-strings",
            GROUP % (PRIVATE, "!GetAtt Site.DomainName", PRIVATE),
            "g",
            FORWARDED,
            True,
        ),
        ("edge-query-strings", GROUP % (PRIVATE, "api.example.com", "X: 1"), "g", FORWARDED, False),
    ],
)
def test_origins(
    tmp_path: Path, rule: str, origins: str, target: str, behaviour: str, *, found: bool
) -> None:
    assert bool(findings(tmp_path, rule, SITE % (origins, target, behaviour))) is found


POLICY = """
  Policy:
    Type: AWS::CloudFront::CachePolicy
    Properties:
      CachePolicyConfig:
        ParametersInCacheKeyAndForwardedToOrigin: {QueryStringsConfig: {QueryStringBehavior: %s, QueryStrings: [v]}}"""


@pytest.mark.parametrize(("behaviour", "found"), [("allExcept", True), ("whitelist", False)])
def test_all_query_strings_but_some_are_as_many(tmp_path: Path, behaviour: str, *, found: bool) -> None:
    origins = ORIGINS % ("!GetAtt Site.RegionalDomainName", PRIVATE)
    body = SITE % (origins, "o", "CachePolicyId: !Ref Policy") + POLICY % behaviour
    assert bool(findings(tmp_path, "edge-query-strings", body)) is found


RECORD = "\n  Record: {Type: AWS::Route53::RecordSet, Properties: {Name: a, Type: A, SetIdentifier: u, %s}}"


@pytest.mark.parametrize(
    ("evaluated", "found"), [("'false'", True), ("'true'", False), ("!ImportValue asks", False)]
)
def test_health_of_an_alias(tmp_path: Path, evaluated: str, *, found: bool) -> None:
    record = RECORD % f"Failover: PRIMARY, AliasTarget: {{DNSName: d, EvaluateTargetHealth: {evaluated}}}"
    assert bool(findings(tmp_path, "failover-health-check", record)) is found


LATENCY = RECORD % "Region: eu-west-1, HealthCheckId: h"
TABLE = "\n  Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: %s}}"
REPLICA = (
    "\n  Replica: {Type: Custom::DynamoDBReplica, Properties: {TableName: !Ref Table, Region: us-east-1}}"
)
WORLD = "\n  Table: {Type: AWS::DynamoDB::GlobalTable, Properties: {TableName: counters, Replicas: [{Region: a}, {Region: b}]}}"
ACCELERATED = "".join(
    f"\n  {region}: {{Type: AWS::GlobalAccelerator::EndpointGroup, Properties: {{ListenerArn: l, EndpointGroupRegion: {region}, TrafficDialPercentage: %s}}}}"
    for region in ("Ireland", "Ohio")
)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (TABLE % "stock-counter" + REPLICA + LATENCY, ["Table"]),
        (TABLE % "orders" + REPLICA + LATENCY, []),
        (TABLE % "stock-counter" + LATENCY, []),
        (WORLD + ACCELERATED % (100, 50), ["Table"]),
        (WORLD + ACCELERATED % (100, 0), []),
        (WORLD + ACCELERATED % (100, "!ImportValue standby"), []),
    ],
)
def test_counters_in_two_regions(tmp_path: Path, body: str, found: list[str]) -> None:
    assert [each.split()[0] for each in findings(tmp_path, "counter-last-writer", body)] == found
