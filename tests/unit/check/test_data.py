"""Rules about data and networks: the cases in which false alarms would be easy."""

from pathlib import Path

import pytest

from wellmade.check.registry import rule_of
from wellmade.check.run import check
from wellmade.graph import load

HEAD = """
Transform: AWS::Serverless-2016-10-31
Conditions: {Large: !Equals [!Ref AWS::Region, eu-west-1], Small: !Equals [!Ref AWS::Region, eu-west-2]}
Resources:"""
NETWORK = """
  Network: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Network, CidrBlock: 10.0.0.0/20}}
  Routes: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Network}}
  Joined:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {SubnetId: !Ref Subnet, RouteTableId: !Ref Routes}"""
ROLE = """
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - {PolicyName: calls, PolicyDocument: {Statement: [{Effect: Allow, Action: %s, Resource: %s}]}}"""
LINKED = "\n  Link: {Type: AWS::EC2::VPNGateway, Properties: {Type: ipsec.1}}"
INSIDE = "Role: !GetAtt Role.Arn, VpcConfig: {SubnetIds: [!Ref Subnet], SecurityGroupIds: [sg-1]}"
SQS = "arn:aws:sqs:eu-west-1:111122223333:orders"


KEY_FOR_EVENTS = (
    "KeyPolicy: {Statement: [{Effect: Allow, Principal: {Service: events.amazonaws.com}, "
    "Action: ['kms:GenerateDataKey*', 'kms:Decrypt'], Resource: '*'%s}]}"
)


def _one(kind: str, properties: str, name: str = "Thing") -> str:
    return f"\n  {name}: {{Type: AWS::{kind}, Properties: {{{properties}}}}}"


def _worker(properties: str) -> str:
    return _one("Lambda::Function", properties, "Worker")


def _bucket(properties: str, name: str = "Files") -> str:
    return _one("S3::Bucket", properties, name)


def _database(properties: str) -> str:
    return _one("RDS::DBInstance", f"Engine: postgres, {properties}", "Orders")


def _policy(statement: str) -> str:
    return _one("S3::BucketPolicy", f"PolicyDocument: {{Statement: [{{Effect: Allow, {statement}}}]}}")


def _queue(key: str) -> str:
    target = "Targets: [{Id: x, Arn: !GetAtt Queue.Arn}]"
    return _one("SQS::Queue", f"KmsMasterKeyId: {key}", "Queue") + _one("Events::Rule", target, "Rule")


def _site(domain: str, more: str = "") -> str:
    origin = f"{{Id: files, DomainName: {domain}, {more}}}"
    return _one("CloudFront::Distribution", f"DistributionConfig: {{Origins: [{origin}]}}", "Site")


def _cached(behaviour: str) -> str:
    return _bucket("") + _one(
        "CloudFront::Distribution",
        "DistributionConfig: {Origins: [{Id: files, DomainName: !GetAtt Files.DomainName}], "
        f"DefaultCacheBehavior: {{TargetOriginId: files, {behaviour}}}}}",
        "Site",
    )


def _subnets(one: str, other: str, conditions: tuple[str, str] = ("", "")) -> str:
    return "\n  Network: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}" + "".join(
        f"\n  {name}: {{Type: AWS::EC2::Subnet, {condition}"
        f"Properties: {{VpcId: !Ref Network, CidrBlock: {block}}}}}"
        for name, block, condition in zip("AB", (one, other), conditions, strict=True)
    )


def _key(attribute: str, more: str = "") -> str:
    return _one(
        "DynamoDB::Table", f"KeySchema: [{{AttributeName: {attribute}, KeyType: HASH}}]{more}", "Table"
    )


def _replicated(more: str, name: str = "Table") -> str:
    return _one("DynamoDB::GlobalTable", f"KeySchema: [{{AttributeName: id, KeyType: HASH}}], {more}", name)


ONE, TWO = "[{Region: eu-west-1}]", "[{Region: eu-west-1}, {Region: eu-west-2}]"
EUROPE = "[{Region: eu-west-1}, {Region: eu-west-2}, {Region: eu-west-3}]"
AMERICA = "[{Region: us-east-1}, {Region: us-east-2}, {Region: us-west-2}]"
NEARER = _one("Route53::RecordSet", "Name: a., Type: A, Region: eu-west-1, SetIdentifier: a", "Name")


def _task(image: str, more: str = "") -> str:
    network = "NetworkConfiguration: {AwsvpcConfiguration: {Subnets: [!Ref Subnet]}}"
    containers = f"ContainerDefinitions: [{{Name: orders, Image: {image}{more}}}]"
    return _one("ECS::TaskDefinition", containers, "Task") + _one(
        "ECS::Service", f"TaskDefinition: !Ref Task, {network}", "Service"
    )


SILENT = {
    "public-database": (
        _database("PubliclyAccessible: !If [Large, true, false]"),
        _database("PubliclyAccessible: !If [Large, true, !Ref AWS::NoValue]"),
        _database("PubliclyAccessible: !ImportValue open"),
    ),
    "database-encryption": (
        _database("StorageEncrypted: !ImportValue encrypted"),
        _database("DBSnapshotIdentifier: orders"),
        _database("SourceDBInstanceIdentifier: orders"),
        _one("RDS::DBInstance", "Engine: aurora-postgresql, DBClusterIdentifier: orders"),
        _one("RDS::DBCluster", "Engine: aurora-postgresql"),
        _one("RDS::DBInstance", "Engine: !ImportValue engine"),
    ),
    "database-backups": (
        _database("AllocatedStorage: 5"),
        _database("BackupRetentionPeriod: !If [Large, 0, 7]"),
        _database("BackupRetentionPeriod: 0, SourceDBInstanceIdentifier: orders"),
    ),
    "deletion-protection": (
        _database("Tags: [{Key: environment, Value: dev}]"),
        _database("Tags: [{Key: environment, Value: !If [Large, prod, dev]}]"),
        _database("Tags: [{Key: product, Value: prod}]"),
        _database("DeletionProtection: !ImportValue safe, Tags: [{Key: environment, Value: prod}]"),
    ),
    "low-cardinality-key": tuple(map(_key, ("isbn", "hash", "orderDate", "island", "!ImportValue key"))),
    "table-recovery": (
        _key("id", ", PointInTimeRecoverySpecification: !ImportValue recovery"),
        _key(
            "id", ", PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: !If [Large, true, false]}"
        ),
        _key("id", ", TableName: websocket-connections"),
        _key("id") + _one("Backup::BackupSelection", "BackupPlanId: plan", "Selection"),
        _replicated("Replicas: !ImportValue replicas"),
        _replicated(
            "Replicas: [{Region: eu-west-1}, {Region: eu-west-2, "
            "PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}}]"
        ),
    ),
    "strong-table-regions": tuple(
        _replicated(f"MultiRegionConsistency: STRONG, {each}")
        for each in (
            "Replicas: !ImportValue replicas",
            f"Replicas: !If [Large, {EUROPE}, {AMERICA}]",
            "Replicas: [{Region: eu-west-1}, {Region: eu-west-2}, "
            "!If [Large, {Region: eu-west-3}, {Region: eu-central-1}]]",
            "Replicas: [{Region: eu-west-1}, {Region: eu-west-2}], "
            "GlobalTableWitnesses: !If [Large, [{Region: eu-west-3}], [{Region: eu-central-1}]]",
        )
    ),
    "counter-last-writer": tuple(
        _replicated("Replicas: [{Region: eu-west-1}, {Region: us-east-1}]", name) + NEARER
        for name in ("Quotations", "Encounters", "LoadBalancers", "Accreditation")
    ),
    "memcached-sessions": (
        _one("ElastiCache::CacheCluster", "Engine: memcached", "Prices"),
        _one("ElastiCache::CacheCluster", "Engine: !ImportValue engine", "Sessions"),
    ),
    "cache-in-transit": (
        _one("ElastiCache::ReplicationGroup", "TransitEncryptionEnabled: !ImportValue tls"),
        _one("ElastiCache::ReplicationGroup", "GlobalReplicationGroupId: orders"),
        _one("ElastiCache::ReplicationGroup", "Engine: redis, EngineVersion: 2.8.24"),
    ),
    "versioning-without-expiry": (
        _bucket("VersioningConfiguration: {Status: !If [Large, Enabled, Suspended]}"),
        _bucket("VersioningConfiguration: {Status: Enabled}, LifecycleConfiguration: !ImportValue rules"),
        _bucket("VersioningConfiguration: {Status: Enabled}, ObjectLockEnabled: true"),
    ),
    "bucket-lifecycle": (
        _bucket("", "DataBucket"),
        _bucket("", "Catalogue"),
        _bucket("", "BlogPosts"),
        _bucket("VersioningConfiguration: {Status: Enabled}", "DataBucket"),
        _bucket(
            "LifecycleConfiguration: !If [Large, {Rules: [{Status: Enabled}]}, !Ref AWS::NoValue]", "Logs"
        ),
    ),
    "public-bucket": (
        _bucket("AccessControl: !If [Large, PublicRead, Private]"),
        _bucket("PublicAccessBlockConfiguration: {BlockPublicPolicy: !ImportValue x}"),
        _policy("Principal: '*', Action: 's3:*', Condition: {StringEquals: {'aws:SourceVpce': vpce-1}}"),
        _policy("Principal: {Service: cloudfront.amazonaws.com}, Action: 's3:GetObject'"),
    ),
    "multipart-leftovers": (
        _bucket("CorsConfiguration: {CorsRules: [{AllowedMethods: [GET], AllowedOrigins: ['*']}]}"),
        _bucket(""),
    ),
    "edge-public-origin": (
        _site("api.example.com", "CustomOriginConfig: {OriginProtocolPolicy: https-only}"),
        _site("!ImportValue files"),
        _bucket("") + _site("!GetAtt Files.DomainName", "OriginAccessControlId: !ImportValue control"),
        _bucket("")
        + _site("!GetAtt Files.DomainName", "S3OriginConfig: {OriginAccessIdentity: !ImportValue identity}"),
    ),
    "edge-query-strings": (
        _cached("ForwardedValues: {QueryString: true, QueryStringCacheKeys: [version]}"),
        _cached("ForwardedValues: {QueryString: true}, FunctionAssociations: [{EventType: viewer-request}]"),
        _cached("ForwardedValues: {QueryString: !ImportValue all}"),
        _cached("CachePolicyId: !ImportValue policy"),
    ),
    "encryption-off": (
        _one("SQS::Queue", "SqsManagedSseEnabled: false, KmsMasterKeyId: alias/orders"),
        _one("SQS::Queue", "DelaySeconds: 0"),
        _one("EC2::Volume", "Encrypted: !If [Large, true, false]"),
        _one("EFS::FileSystem", "Encrypted: !ImportValue encrypted"),
    ),
    "cidr-overlap": (
        _subnets("10.0.0.0/20", "!ImportValue block"),
        _subnets("10.0.0.0/20", "10.0.0.0/20", ("Condition: Large, ", "Condition: Small, ")),
        _subnets("!Select [0, !Cidr [10.0.0.0/16, 2, 8]]", "!Select [1, !Cidr [10.0.0.0/16, 2, 8]]"),
    ),
    "default-security-group": (
        NETWORK
        + _one("EC2::VPCEndpoint", "VpcEndpointType: Interface, SecurityGroupIds: !ImportValue groups"),
        NETWORK + _one("EC2::VPCEndpoint", "VpcEndpointType: Gateway"),
        NETWORK
        + "\n  Restrict: {Type: 'Custom::VpcRestrictDefaultSG', "
        + "Properties: {DefaultSecurityGroupId: !GetAtt Network.DefaultSecurityGroup}}",
        NETWORK + _one("EC2::SecurityGroupIngress", "GroupId: !GetAtt Network.DefaultSecurityGroup"),
        NETWORK + _one("ElasticLoadBalancingV2::LoadBalancer", "Type: network, Subnets: [!Ref Subnet]"),
    ),
    "endpoint-set": (
        NETWORK + _task("public.ecr.aws/nginx/nginx"),
        NETWORK + LINKED + _task("111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders"),
        NETWORK + _task("!ImportValue image"),
    ),
    "isolated-call": (
        NETWORK + LINKED + ROLE % ("'sqs:SendMessage'", SQS) + _worker(INSIDE),
        NETWORK + ROLE % ("['sqs:ReceiveMessage', 'logs:PutLogEvents', 'xray:*']", "'*'") + _worker(INSIDE),
        NETWORK.replace("!Ref Routes}", "!ImportValue routes}")
        + ROLE % ("'sqs:SendMessage'", SQS)
        + _worker(INSIDE),
        NETWORK + ROLE % ("['sns:Publish', 'polly:StartSpeechSynthesisTask']", "'*'") + _worker(INSIDE),
        NETWORK + ROLE % ("['sns:Publish', 'textract:*']", "'*'") + _worker(INSIDE),
        NETWORK + ROLE % ("['s3:GetObject', 's3:PutObject', 'transcribe:Start*']", "'*'") + _worker(INSIDE),
        NETWORK
        + ROLE % ("['secretsmanager:GetSecretValue', 'redshift-data:BatchExecuteStatement']", "'*'")
        + _worker(INSIDE),
        NETWORK
        + ROLE % ("'sqs:SendMessage'", "!GetAtt Failed.Arn")
        + _worker(f"{INSIDE}, DeadLetterConfig: {{TargetArn: !GetAtt Failed.Arn}}")
        + _one("SQS::Queue", "", "Failed"),
    ),
    "function-network": (
        NETWORK + _worker(f"{INSIDE}, Environment: {{Variables: {{URL: 'https://api.internal/v1'}}}}"),
        NETWORK + _worker(f"{INSIDE}, Environment: {{Variables: {{URL: !ImportValue url}}}}"),
        NETWORK
        + _worker(f"{INSIDE}, Environment: {{Variables: {{Q: 'https://sqs.eu-west-1.amazonaws.com/1/q'}}}}"),
    ),
    "kms-breaks-delivery": (
        _queue("!ImportValue key"),
        _queue("alias/orders"),
        _queue("!Ref Key") + _one("KMS::Key", "KeyPolicy: !ImportValue policy", "Key"),
        _one("SQS::Queue", "KmsMasterKeyId: alias/aws/sqs"),
        _one("SNS::Topic", "KmsMasterKeyId: !Ref Key", "Topic")
        + _one("Events::Rule", "Targets: [{Id: a, Arn: !Ref Topic}]", "Rule")
        + _one("KMS::Key", KEY_FOR_EVENTS % "", "Key"),
    ),
    "database-without-proxy": (
        _database("") + _worker("Environment: {Variables: {DATABASE: !Ref Orders}}"),
        _database("")
        + ROLE % ("'rds-data:ExecuteStatement'", "'*'")
        + _worker(f"{INSIDE}, Environment: {{Variables: {{HOST: !GetAtt Orders.Endpoint.Address}}}}"),
        _one("RDS::DBInstance", "Engine: oracle-ee", "Orders")
        + _worker("Environment: {Variables: {HOST: !GetAtt Orders.Endpoint.Address}}"),
        _database("")
        + _worker("Environment: {Variables: {HOST: !GetAtt Orders.Endpoint.Address}}")
        + "\n  Schema: {Type: Custom::Schema, Properties: {ServiceToken: !GetAtt Worker.Arn}}",
    ),
    "connection-budget": (
        _database("DBParameterGroupName: orders")
        + _worker(
            "ReservedConcurrentExecutions: 900, "
            "Environment: {Variables: {HOST: !GetAtt Orders.Endpoint.Address}}"
        ),
    ),
}
FOUND = {
    "strong-table-regions": (
        (
            _replicated(f"MultiRegionConsistency: STRONG, Replicas: !If [Large, {TWO}, {ONE}]"),
            "has 2 regions",
        ),
    ),
    "counter-last-writer": tuple(
        (_replicated("Replicas: [{Region: eu-west-1}, {Region: us-east-1}]", name) + NEARER, f"keeps {name}")
        for name in ("AccountBalances", "StockTable", "Quota")
    ),
    "public-database": ((_database("PubliclyAccessible: 'true'"), "is true"),),
    "low-cardinality-key": ((_key("isActive"), "isActive"), (_key("Status"), "Status")),
    "edge-public-origin": (
        (_bucket("") + _site("!Select [2, !Split ['/', !GetAtt Files.WebsiteURL]]"), "website endpoint"),
        (_site("orders.s3-website-eu-west-1.amazonaws.com"), "website endpoint"),
        (_site("orders.s3.eu-west-1.amazonaws.com", "S3OriginConfig: {OriginAccessIdentity: ''}"), "without"),
    ),
    "edge-query-strings": (
        (_cached("ForwardedValues: {QueryString: true}"), "query string"),
        (_cached("CachePolicyId: 4cc15a8a-d715-48a4-82b8-cc0b614638fe"), "query string"),
    ),
    "encryption-off": (
        (_one("Kinesis::Stream", "ShardCount: 1"), "is left out"),
        (_one("EC2::Instance", "BlockDeviceMappings: [{Ebs: {Encrypted: false}}]"), "is false"),
    ),
    "public-bucket": (
        (_bucket("AccessControl: PublicRead"), "is PublicRead"),
        (
            _policy("Principal: '*', Action: 's3:*', Condition: {Bool: {'aws:SecureTransport': true}}"),
            "everybody",
        ),
    ),
    "cidr-overlap": (
        (
            _one("EC2::VPC", "CidrBlock: 10.0.0.0/16", "One")
            + _one("EC2::VPC", "CidrBlock: 10.0.4.0/22", "Other")
            + _one("EC2::VPCPeeringConnection", "VpcId: !Ref One, PeerVpcId: !Ref Other", "Peering"),
            "Peering joins them",
        ),
    ),
    "default-security-group": (
        (
            NETWORK + _one("EC2::VPCEndpoint", "VpcEndpointType: Interface, VpcId: !Ref Network"),
            "is left out",
        ),
    ),
    "bucket-lifecycle": (
        (_bucket("", "RequestLogs"), "logs, as its name says"),
        (_bucket("VersioningConfiguration: {Status: Enabled}", "AccessLogs"), "logs, as its name says"),
    ),
    "versioning-without-expiry": (
        (_bucket("VersioningConfiguration: {Status: Enabled}, ObjectLockEnabled: false"), "keeps versions"),
    ),
    "isolated-call": (
        (NETWORK + ROLE % ("'sqs:SendMessage'", SQS) + _worker(INSIDE), "endpoints for sqs"),
        (
            NETWORK + ROLE % ("['sns:Publish', 'polly:SynthesizeSpeech']", "'*'") + _worker(INSIDE),
            "endpoints for sns",
        ),
        (
            "\n  Worker:\n    Type: AWS::Serverless::Function\n    Properties: "
            f"{{{INSIDE}}}" + NETWORK + ROLE % ("'dynamodb:*'", "'*'"),
            "endpoints for dynamodb",
        ),
        (
            "\n  Worker:\n    Type: AWS::Serverless::Function\n    Properties: {VpcConfig: {SubnetIds: [!Ref Subnet]}, "
            "Policies: [{SQSSendMessagePolicy: {QueueName: orders}}]}" + NETWORK,
            "endpoints for sqs",
        ),
    ),
    "function-network": (
        (
            NETWORK
            + _worker(f"{INSIDE}, Environment: {{Variables: {{URL: 'https://rates.example.com/v1'}}}}"),
            "rates.example.com (URL)",
        ),
    ),
    "endpoint-set": (
        (
            NETWORK + _task("nginx", ", LogConfiguration: {LogDriver: awslogs}"),
            "without endpoints for logs",
        ),
    ),
    "kms-breaks-delivery": (
        (
            _one("SQS::Queue", "KmsMasterKeyId: alias/aws/sqs", "Failed")
            + _one("SNS::Topic", "", "Topic")
            + _one(
                "SNS::Subscription",
                "TopicArn: !Ref Topic, Protocol: https, RedrivePolicy: {deadLetterTargetArn: !GetAtt Failed.Arn}",
                "Subscription",
            ),
            "what Topic cannot deliver to its target is lost, not kept here",
        ),
        (
            _one("SQS::Queue", "KmsMasterKeyId: alias/aws/sqs", "Failed")
            + _one(
                "Events::Rule",
                f"Targets: [{{Id: a, Arn: '{SQS}', DeadLetterConfig: {{Arn: !GetAtt Failed.Arn}}}}]",
                "Rule",
            ),
            "what Rule cannot deliver to its target is lost, not kept here",
        ),
        (
            _one("SNS::Topic", "KmsMasterKeyId: alias/aws/sns", "Topic")
            + _one("CloudWatch::Alarm", "AlarmActions: [!Ref Topic]", "Alarm"),
            "cloudwatch.amazonaws.com may not use",
        ),
        (
            _one("SNS::Topic", "", "Topic")
            + _one("SQS::Queue", "KmsMasterKeyId: alias/aws/sqs", "Queue")
            + _one(
                "SNS::Subscription", "TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt Queue.Arn", "S"
            ),
            "sns.amazonaws.com may not use",
        ),
        (
            _one("SNS::Topic", "KmsMasterKeyId: !Ref Key", "Topic")
            + _one("Events::Rule", "Targets: [{Id: a, Arn: !Ref Topic}]", "Rule")
            + _one("KMS::Key", KEY_FOR_EVENTS % ", Condition: {ArnEquals: {aws:SourceArn: x}}", "Key"),
            "does not let events.amazonaws.com use it",
        ),
    ),
    "database-without-proxy": (
        (
            _database("VPCSecurityGroups: [!Ref Inner]")
            + _one("EC2::SecurityGroup", "", "Inner")
            + _one("EC2::SecurityGroup", "", "Outer")
            + _one(
                "EC2::SecurityGroupIngress", "GroupId: !Ref Inner, SourceSecurityGroupId: !Ref Outer", "Rule"
            )
            + _worker("VpcConfig: {SecurityGroupIds: [!Ref Outer]}"),
            "leads to Orders",
        ),
    ),
    "connection-budget": (
        (
            _database("DBParameterGroupName: !Ref Parameters")
            + _one("RDS::DBParameterGroup", "Parameters: {max_connections: 50}", "Parameters")
            + _worker(
                "ReservedConcurrentExecutions: 60, "
                "Environment: {Variables: {HOST: !GetAtt Orders.Endpoint.Address}}"
            ),
            "is for 50 connections, and 60 are reserved",
        ),
    ),
}


def _findings(tmp_path: Path, rule_id: str, resources: str) -> list[str]:
    file = tmp_path / "template.yaml"
    file.write_text(f"{HEAD}{resources}\n")
    return [f"{finding.resource} {finding.message}" for finding in check(load([file]), [rule_of(rule_id)])]


@pytest.mark.parametrize(("rule_id", "resources"), [(key, each) for key in SILENT for each in SILENT[key]])
def test_is_silent_about_what_is_right_or_not_known(tmp_path: Path, rule_id: str, resources: str) -> None:
    assert _findings(tmp_path, rule_id, resources) == []


@pytest.mark.parametrize(
    ("rule_id", "resources", "message"), [(key, *each) for key in FOUND for each in FOUND[key]]
)
def test_finds(tmp_path: Path, rule_id: str, resources: str, message: str) -> None:
    (finding,) = _findings(tmp_path, rule_id, resources)
    assert message in finding
