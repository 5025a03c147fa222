"""Sums that infracost publishes for resources, as templates through `wellmade cost`, within 2 %.

Source: infracost's expected outputs of August 2026 (Apache-2.0), internal/providers/terraform/aws/testdata/<name>.golden, of
us-east-1. What is copied are names of settings, quantities and sums. Prices come from elsewhere, but for those of `SAME_SOURCE`,
where the price file follows infracost itself, so that only the way of counting is compared.
"""

from pathlib import Path
from typing import Any

import pytest

from wellmade.capacity.workload import read_workload
from wellmade.cost.bill import Bill
from wellmade.cost.estimate import estimate
from wellmade.facts.prices import quote
from wellmade.graph import load

Case = tuple[str, str, str, float]
"""Name of the expected output, resources as YAML, gigabytes of X, and the sum."""
CHECK = "X: {Type: AWS::Route53::HealthCheck, Properties: {HealthCheckConfig: {%s}}}"
VOLUME = "X: {Type: AWS::EC2::Volume, Properties: {%s}}"
EXTRAS = "Type: HTTPS_STR_MATCH, RequestInterval: 10, MeasureLatency: true"
DISK = "BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeType: gp3, VolumeSize: 0}}]"
INSTANCE = "X: {Type: AWS::EC2::Instance, Properties: {InstanceType: %s, " + DISK + "}}"
WATCHED = INSTANCE.replace("}}", ", Monitoring: true}}").replace(
    "VolumeSize: 0, Monitoring: true}}]", "VolumeSize: 0}}]"
)
NODES = "X: {Type: AWS::EKS::Nodegroup, Properties: {InstanceTypes: [%s], ScalingConfig: {DesiredSize: %d}}}"
TABLE = (
    "X: {Type: AWS::DynamoDB::Table, Properties: {ProvisionedThroughput: "
    "{WriteCapacityUnits: %d, ReadCapacityUnits: %d}}}"
)
ENDPOINT = "X: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcEndpointType: Interface, SubnetIds: [%s]}}"
FIREWALL = "X: {Type: AWS::NetworkFirewall::Firewall, Properties: {SubnetMappings: [{SubnetId: a}]}}"
AUTHORITY = "X: {Type: AWS::ACMPCA::CertificateAuthority, Properties: {%s}}"
MICROSOFT = "X: {Type: AWS::DirectoryService::MicrosoftAD, Properties: {Edition: %s}}"
SIMPLE = "X: {Type: AWS::DirectoryService::SimpleAD, Properties: {Size: %s}}"
NODE = "X: {Type: AWS::ElastiCache::CacheCluster, Properties: {Engine: %s, CacheNodeType: %s, NumCacheNodes: %d}}"
GROUP = "X: {Type: AWS::ElastiCache::ReplicationGroup, Properties: {CacheNodeType: %s, %s}}"
BROKERS = (
    "X: {Type: AWS::MSK::Cluster, Properties: {NumberOfBrokerNodes: %d, BrokerNodeGroupInfo: {InstanceType: %s, "
    "StorageInfo: {EBSStorageInfo: {VolumeSize: %d}}}}}"
)
WAREHOUSE = "X: {Type: AWS::Redshift::Cluster, Properties: {NodeType: %s, NumberOfNodes: %d}}"
DOCUMENTS = "X: {Type: AWS::DocDB::DBInstance, Properties: {DBInstanceClass: %s}}"
AIRFLOW = "X: {Type: AWS::MWAA::Environment, Properties: {%s}}"
STORED = (
    "X: {Type: AWS::RDS::DBInstance, Properties: {Engine: mysql, DBInstanceClass: db.t3.large, StorageType: io1, "
    "AllocatedStorage: 100%s}}"
)
CASES: list[Case] = [
    ("eks_cluster_test", "X: {Type: AWS::EKS::Cluster, Properties: {Version: '1.35'}}", "", 73.00),
    ("eks_cluster_test", "X: {Type: AWS::EKS::Cluster, Properties: {Version: '1.29'}}", "", 438.00),
    ("route53_health_check_test", CHECK % "Type: HTTP, FullyQualifiedDomainName: example.com", "", 0.75),
    ("route53_health_check_test", CHECK % f"{EXTRAS}, FullyQualifiedDomainName: example.com", "", 8.75),
    ("route53_health_check_test", CHECK % f"{EXTRAS}, FullyQualifiedDomainName: a.amazonaws.com", "", 4.50),
    ("route53_health_check_test", CHECK % "Type: HTTPS, FullyQualifiedDomainName: a.on.aws", "", 1.50),
    ("efs_file_system_test", "X: {Type: AWS::EFS::FileSystem}", "230", 69.00),
    ("ecr_repository_test", "X: {Type: AWS::ECR::Repository}", "1", 0.10),
    ("secretsmanager_secret_test", "X: {Type: AWS::SecretsManager::Secret}", "", 0.40),
    ("s3_bucket_test", "X: {Type: AWS::S3::Bucket}", "10000", 230.00),
    ("cloudwatch_log_group_test", "X: {Type: AWS::Logs::LogGroup}", "500", 15.00),
    ("vpc_endpoint_test", ENDPOINT % "a", "1000", 17.30),
    ("vpc_endpoint_test", ENDPOINT % "a, b", "", 14.60),
    ("eip_test", "X: {Type: AWS::EC2::EIP}", "", 3.65),
    ("ec2_transit_gateway_vpc_attachment_test", "X: {Type: AWS::EC2::TransitGatewayAttachment}", "", 36.50),
    ("nat_gateway_test", "X: {Type: AWS::EC2::NatGateway}", "100", 37.35),
    (
        "wafv2_web_acl_test, without usage",
        "X: {Type: AWS::WAFv2::WebACL, Properties: {Rules: [{Name: a}, {Name: b}, {Name: c}]}}",
        "",
        8.00,
    ),
    (
        "api_gateway_stage_test",
        "X: {Type: AWS::ApiGateway::Stage, Properties: {CacheClusterEnabled: true, CacheClusterSize: '0.5'}}",
        "",
        14.60,
    ),
    ("dynamodb_table_test", TABLE % (20, 30), "", 12.34),
    ("dynamodb_table_test", TABLE % (6, 5), "", 3.32),
    ("dynamodb_table_test", TABLE % (77, 76), "", 43.75),
    ("instance_test", INSTANCE % "t3.medium", "", 30.37),
    ("instance_test", INSTANCE % "t3.large", "", 60.74),
    ("instance_test", INSTANCE % "t2.medium", "", 33.87),
    ("autoscaling_group_test", WATCHED % "t2.medium", "", 35.97),
    ("autoscaling_group_test", NODES % ("t3.large", 2), "", 121.47),
    ("eks_node_group_test", NODES % ("m5.xlarge", 3), "", 420.48),
    ("eks_node_group_test", NODES % ("m5.large", 3), "", 210.24),
    ("eks_node_group_test", NODES % ("t3.medium", 6), "", 182.21),
    ("eks_node_group_test", NODES % ("t2.medium", 1), "", 33.87),
    (
        "lambda_provisioned_concurrency_config_test, of 9,000,000 GB-seconds the part that one a month takes",
        "F: {Type: AWS::Lambda::Function, Properties: {MemorySize: 1024, Architectures: [arm64]}}\n"
        "X: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, "
        "ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 1}}}",
        "",
        30.00 * 730 * 3600 / 9_000_000,
    ),
    (
        "ecs_service_test, of five tasks",
        "T: {Type: AWS::ECS::TaskDefinition, Properties: {Cpu: 1 vCPU, Memory: 2 GB}}\n"
        "X: {Type: AWS::ECS::Service, Properties: {LaunchType: FARGATE, DesiredCount: 5, TaskDefinition: !Ref T}}",
        "",
        32.45 + 147.75,
    ),
    (
        "kinesis_stream_test",
        "X: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 4}}",
        "",
        43.80,
    ),
    ("kinesis_stream_test", "X: {Type: AWS::Kinesis::Stream}", "", 29.20),
    (
        "lb_test",
        "X: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Scheme: internal}}",
        "",
        16.42,
    ),
    (
        "route53_resolver_endpoint_test",
        "X: {Type: AWS::Route53Resolver::ResolverEndpoint, Properties: {IpAddresses: [{SubnetId: a}, {SubnetId: b}]}}",
        "",
        182.50,
    ),
    ("vpn_connection_test", "X: {Type: AWS::EC2::VPNConnection}", "", 36.50),
    (
        "vpn_connection_test",
        "X: {Type: AWS::EC2::VPNConnection, Properties: {TransitGatewayId: tgw-1}}",
        "100",
        36.50 + 36.50 + 2.00,
    ),
    (
        "ec2_client_vpn_network_association_test",
        "X: {Type: AWS::EC2::ClientVpnTargetNetworkAssociation}",
        "",
        73.00,
    ),
    ("ec2_traffic_mirror_session_test", "X: {Type: AWS::EC2::TrafficMirrorSession}", "", 10.95),
    ("redshift_cluster_test", WAREHOUSE % ("dc2.large", 4), "", 730.00),
    ("redshift_cluster_test", WAREHOUSE % ("ra3.4xlarge", 6), "", 14_278.80),
    ("redshift_cluster_test", WAREHOUSE % ("ra3.16xlarge", 1), "", 9_519.20),
]
SAME_SOURCE: list[Case] = [
    ("global_accelerator_test", "X: {Type: AWS::GlobalAccelerator::Accelerator}", "", 18.25),
    ("transfer_server_test", "X: {Type: AWS::Transfer::Server}", "", 219.00),
    (
        "transfer_server_test",
        "X: {Type: AWS::Transfer::Server, Properties: {Protocols: [FTP, FTPS, SFTP]}}",
        "",
        3 * 219.00,
    ),
    ("networkfirewall_firewall_test", FIREWALL, "", 288.35),
    ("acmpca_certificate_authority_test", AUTHORITY % "Type: ROOT", "", 400.00),
    ("acmpca_certificate_authority_test", AUTHORITY % "UsageMode: SHORT_LIVED_CERTIFICATE", "", 50.00),
    ("directory_service_directory_test", MICROSOFT % "Standard", "", 87.60),
    ("directory_service_directory_test", MICROSOFT % "Enterprise", "", 292.00),
    ("directory_service_directory_test", SIMPLE % "Small", "", 73.00),
    ("directory_service_directory_test", SIMPLE % "Large", "", 219.00),
    ("elasticache_cluster_test", NODE % ("memcached", "cache.m4.large", 2), "", 227.76),
    ("elasticache_cluster_test", NODE % ("redis", "cache.m6g.12xlarge", 1), "", 2596.61),
    (
        "elasticache_replication_group_test",
        GROUP % ("cache.m4.large", "NumNodeGroups: 4, ReplicasPerNodeGroup: 3"),
        "",
        1822.08,
    ),
    (
        "elasticache_replication_group_test",
        GROUP % ("cache.m6g.12xlarge", "NumCacheClusters: 3"),
        "",
        7789.83,
    ),
    ("elasticache_replication_group_test", GROUP % ("cache.r5.4xlarge", "NumCacheClusters: 3"), "", 3775.56),
    ("msk_cluster_test", BROKERS % (4, "kafka.m5.24xlarge", 1000), "", 29_433.60 + 400.00),
    ("msk_cluster_test", BROKERS % (2, "kafka.t3.small", 500), "", 66.58 + 100.00),
    ("docdb_cluster_instance_test", DOCUMENTS % "db.r5.4xlarge", "", 1617.68),
    ("docdb_cluster_instance_test", DOCUMENTS % "db.t3.medium", "", 56.94),
    ("mwaa_environment_test", AIRFLOW % "Name: a", "", 357.70),
    ("mwaa_environment_test", AIRFLOW % "EnvironmentClass: mw1.medium", "", 540.20),
    ("mwaa_environment_test", AIRFLOW % "EnvironmentClass: mw1.large", "", 722.70),
    ("db_instance_test", STORED % ", Iops: 1200", "", 99.28 + 12.50 + 120.00),
    ("db_instance_test", STORED % "", "", 99.28 + 12.50 + 100.00),
    ("cloudwatch_event_bus_test", "X: {Type: AWS::Events::Archive}", "100", 10.00),
    (
        "cloudfront_distribution_test",
        "X: {Type: AWS::CloudFront::Distribution, Properties: {DistributionConfig: {ViewerCertificate: "
        "{SslSupportMethod: vip}}}}",
        "",
        600.00,
    ),
    ("route53_zone_test", "X: {Type: AWS::Route53::HostedZone}", "", 0.50),
    ("ssm_parameter_test", "X: {Type: AWS::SSM::Parameter, Properties: {Tier: Advanced}}", "", 0.05),
    ("ebs_volume_test", VOLUME % "VolumeType: io1, Size: 30, Iops: 300", "", 23.25),
    ("ebs_volume_test", VOLUME % "VolumeType: io2, Size: 30, Iops: 300", "", 23.25),
    ("ebs_volume_test", VOLUME % "VolumeType: gp3, Size: 40, Iops: 4000, Throughput: 130", "", 8.40),
    ("ebs_volume_test", VOLUME % "VolumeType: gp2, Size: 10", "", 1.00),
    ("ebs_volume_test", VOLUME % "VolumeType: st1, Size: 40", "", 1.80),
    ("ebs_volume_test", VOLUME % "VolumeType: sc1, Size: 50", "", 0.75),
    (
        "elb_test",
        "X: {Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: {Scheme: internal}}",
        "10000",
        98.25,
    ),
    ("vpc_endpoint_test, which counts petabytes by powers of ten", ENDPOINT % "a", "7000000", 42_007.30),
    (
        "rds_cluster_instance_test",
        "C: {Type: AWS::RDS::DBCluster, Properties: {Engine: aurora-postgresql, "
        "ServerlessV2ScalingConfiguration: {MinCapacity: 5}}}\n"
        "X: {Type: AWS::RDS::DBInstance, Properties: {Engine: aurora-postgresql, DBInstanceClass: db.serverless, "
        "DBClusterIdentifier: !Ref C}}",
        "",
        438.00,
    ),
    (
        "db_instance_test",
        "X: {Type: AWS::RDS::DBInstance, Properties: {Engine: mysql, DBInstanceClass: db.t3.large, MultiAZ: true, "
        "StorageType: gp2, AllocatedStorage: 30}}",
        "",
        198.56 + 6.90,
    ),
]


def billed(folder: Path, case: Case) -> Bill:
    """Return the bill of a case."""
    _, resources, gigabytes, _ = case
    lines = "".join(f"  {line}\n" for line in resources.split("\n"))
    (folder / "app.yaml").write_text(f"Resources:\n{lines}")
    (folder / "load.yaml").write_text(f"gigabytes: {{X: {gigabytes or 0}}}\n")
    workload = read_workload(folder / "load.yaml") if gigabytes else None
    return estimate(load([folder / "app.yaml"]), workload, "us-east-1").stated


def sources(found: Bill) -> str:
    """Return where the prices of a bill come from."""
    names = [name for line in found.lines for _, name in line.meter.tiers]
    quotes: list[Any] = [quote(name, "us-east-1") for name in names]
    return " ".join(one.source for one in quotes if one)


def _ids(cases: list[Case]) -> list[str]:
    return [f"{name}-{usd:g}" for name, _, _, usd in cases]


@pytest.mark.parametrize("case", [*CASES, *SAME_SOURCE], ids=_ids([*CASES, *SAME_SOURCE]))
def test_the_same_resource_costs_the_same(tmp_path: Path, case: Case) -> None:
    assert billed(tmp_path, case).total == pytest.approx(case[3], rel=0.02, abs=0.005)


def test_these_are_compared_with_prices_from_elsewhere(tmp_path: Path) -> None:
    followed = [case[0] for case in CASES if "infracost" in sources(billed(tmp_path, case))]
    assert set(followed) <= {"vpc_endpoint_test"}  # of whose tiers the first is from elsewhere
    assert len(CASES) - len(followed) >= 25
