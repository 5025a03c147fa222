"""What stands before and behind data: proxies, delivery streams, queries."""

import json
from pathlib import Path
from typing import Any

import pytest

from wellmade.cli import main
from wellmade.cost.services.proxies import processors

PROXIED = """
Resources:
  Proxy: {Type: AWS::RDS::DBProxy, Properties: {EngineFamily: POSTGRESQL}}
  Targets:
    Type: AWS::RDS::DBProxyTargetGroup
    Properties: {DBProxyName: !Ref Proxy, DBClusterIdentifiers: [!Ref Cluster]}
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties:
      Engine: aurora-postgresql
      ServerlessV2ScalingConfiguration: {MinCapacity: %s, MaxCapacity: 64}
  Writer:
    Type: AWS::RDS::DBInstance
    Properties: {Engine: aurora-postgresql, DBInstanceClass: %s, DBClusterIdentifier: !Ref Cluster}
"""
ARCHIVE = """
Resources:
  Clicks: {Type: AWS::Kinesis::Stream}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      KinesisStreamSourceConfiguration: {KinesisStreamARN: !GetAtt Clicks.Arn}
      ExtendedS3DestinationConfiguration:
        DataFormatConversionConfiguration: {Enabled: true}
        DynamicPartitioningConfiguration: {Enabled: true}
  Queries: {Type: AWS::Athena::WorkGroup, Properties: {Name: queries}}
"""
LOAD = """
arrivals: {Clicks: {per_second: 100}}
sources: {Clicks: {kilobytes: 7}}
gigabytes: {Queries: 2048}
"""


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Be where no capacity.yaml is."""
    monkeypatch.chdir(tmp_path)


def priced(capsys: pytest.CaptureFixture[str], folder: Path, template: str, load: str = "") -> dict[str, Any]:
    file, loaded = folder / "template.yaml", folder / "load.yaml"
    file.write_text(template)
    loaded.write_text(load)
    options = ["--load", str(loaded)] if load else []
    assert main(["cost", str(file), "--format", "json", *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def usd(document: dict[str, Any], resource: str) -> float:
    return sum(line["usd"] or 0 for line in document["lines"] if line["resource"].endswith(resource))


@pytest.mark.parametrize(
    ("least", "kind", "expected"),
    [
        (0.5, "db.serverless", 8 * 0.015),
        (16, "db.serverless", 16 * 0.015),
        (0, "db.t4g.medium", 2 * 0.015),
        (0, "db.r7g.4xlarge", 16 * 0.015),
    ],
)
def test_a_proxy_takes_what_its_databases_have_and_no_less_than_its_least(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, least: float, kind: str, expected: float
) -> None:
    document = priced(capsys, tmp_path, PROXIED % (least, kind))
    assert usd(document, "Proxy") == pytest.approx(730 * expected)


def test_a_proxy_before_an_unknown_database_is_not_priced(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    document = priced(capsys, tmp_path, "Resources: {Proxy: {Type: AWS::RDS::DBProxy}}")
    assert "databases that these templates do not tell" in json.dumps(document["not_priced"])


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("db.t4g.micro", 2), ("db.m7g.xlarge", 4), ("db.r6i.24xlarge", 96), ("large", None)],
)
def test_processors_of_a_class(kind: str, expected: int | None) -> None:
    assert processors(kind) == expected


def test_records_are_rounded_up_to_5_kb_and_converted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    document = priced(capsys, tmp_path, ARCHIVE, LOAD)
    gigabytes = 100 * 730 * 3600 * 10 / 1024**2
    assert usd(document, "Delivery") == pytest.approx(gigabytes * (0.029 + 0.018), rel=1e-4)
    assert usd(document, "Queries") == pytest.approx(10)
    assert "dynamic partitioning" in json.dumps(document["not_priced"])


@pytest.mark.parametrize(
    ("address", "expected"), [("a.execute-api.eu-west-1.amazonaws.com", 0.5 + 2), ("example.com", 0.75 + 4)]
)
def test_a_health_check_takes_its_extras(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, address: str, expected: float
) -> None:
    config = f"{{Type: HTTPS, RequestInterval: 10, FullyQualifiedDomainName: {address}}}"
    template = f"Resources: {{Check: {{Type: AWS::Route53::HealthCheck, Properties: {{HealthCheckConfig: {config}}}}}}}"
    assert usd(priced(capsys, tmp_path, template), "Check") == pytest.approx(expected)


@pytest.mark.parametrize(
    ("shards", "expected"),
    [("", 7 * 0.05), ("ShardCount: 2", 7 * 0.013 + 2 * 730 * 0.015 * 1024**2 / 262_800_000)],
)
def test_a_reader_with_throughput_of_its_own_takes_all_of_the_stream(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, shards: str, expected: float
) -> None:
    template = f"""
Resources:
  Clicks: {{Type: AWS::Kinesis::Stream, Properties: {{{shards}}}}}
  Reader: {{Type: AWS::Kinesis::StreamConsumer, Properties: {{ConsumerName: a, StreamARN: !GetAtt Clicks.Arn}}}}
  Images: {{Type: AWS::ECR::Repository}}
"""
    document = priced(capsys, tmp_path, template, LOAD.replace("Queries: 2048", "Images: 30"))
    assert usd(document, "Reader") == pytest.approx(262_800_000 / 1024**2 * expected, rel=1e-4)
    assert usd(document, "Images") == pytest.approx(3)
    assert not document["not_priced"]
