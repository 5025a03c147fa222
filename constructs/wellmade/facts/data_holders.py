"""Which resources hold what nobody can make anew: messages, rows, files, keys, names, accounts."""

HOLDS_DATA = frozenset(
    {
        "AWS::ACMPCA::CertificateAuthority",
        "AWS::APS::Workspace",
        "AWS::AmazonMQ::Broker",
        "AWS::Backup::BackupVault",
        "AWS::Backup::LogicallyAirGappedBackupVault",
        "AWS::Cassandra::Keyspace",
        "AWS::Cassandra::Table",
        "AWS::CloudFront::KeyValueStore",
        "AWS::CloudTrail::EventDataStore",
        "AWS::CodeArtifact::Repository",
        "AWS::CodeCommit::Repository",
        "AWS::Cognito::IdentityPool",
        "AWS::Cognito::UserPool",
        "AWS::Connect::Instance",
        "AWS::CustomerProfiles::Domain",
        "AWS::DSQL::Cluster",
        "AWS::DirectoryService::MicrosoftAD",
        "AWS::DirectoryService::SimpleAD",
        "AWS::DocDB::DBCluster",
        "AWS::DocDBElastic::Cluster",
        "AWS::DynamoDB::GlobalTable",
        "AWS::DynamoDB::Table",
        "AWS::EC2::Volume",
        "AWS::ECR::PublicRepository",
        "AWS::ECR::Repository",
        "AWS::EFS::FileSystem",
        "AWS::EKS::Cluster",
        "AWS::ElastiCache::CacheCluster",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::ElastiCache::ServerlessCache",
        "AWS::Elasticsearch::Domain",
        "AWS::Events::Archive",
        "AWS::FSx::FileSystem",
        "AWS::FSx::Volume",
        "AWS::HealthLake::FHIRDatastore",
        "AWS::KMS::Key",
        "AWS::Kendra::Index",
        "AWS::Kinesis::Stream",
        "AWS::KinesisVideo::Stream",
        "AWS::Lightsail::Bucket",
        "AWS::Lightsail::Database",
        "AWS::Lightsail::Disk",
        "AWS::Lightsail::Instance",
        "AWS::Location::GeofenceCollection",
        "AWS::Location::Tracker",
        "AWS::Logs::LogGroup",
        "AWS::MSK::Cluster",
        "AWS::MSK::ServerlessCluster",
        "AWS::MemoryDB::Cluster",
        "AWS::Neptune::DBCluster",
        "AWS::NeptuneGraph::Graph",
        "AWS::Omics::ReferenceStore",
        "AWS::Omics::SequenceStore",
        "AWS::OpenSearchServerless::Collection",
        "AWS::OpenSearchService::Domain",
        "AWS::Organizations::Account",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::Redshift::Cluster",
        "AWS::RedshiftServerless::Namespace",
        "AWS::Rekognition::Collection",
        "AWS::Route53::HostedZone",
        "AWS::S3::Bucket",
        "AWS::S3Express::DirectoryBucket",
        "AWS::S3Outposts::Bucket",
        "AWS::S3Tables::Table",
        "AWS::S3Tables::TableBucket",
        "AWS::S3Vectors::Index",
        "AWS::S3Vectors::VectorBucket",
        "AWS::SDB::Domain",
        "AWS::SES::ContactList",
        "AWS::SQS::Queue",
        "AWS::SageMaker::FeatureGroup",
        "AWS::SecretsManager::Secret",
        "AWS::Serverless::SimpleTable",
        "AWS::Timestream::Database",
        "AWS::Timestream::InfluxDBInstance",
        "AWS::Timestream::Table",
        "AWS::VerifiedPermissions::PolicyStore",
        "AWS::WorkSpaces::Workspace",
    }
)
"""Types whose replacement loses what they hold, or leaves it where nobody reads it."""

_RESTARTS = frozenset(
    {
        *("AutoMinorVersionUpgrade", "BackupRetentionPeriod", "DBParameterGroupName", "MultiAZ"),
        "PreferredMaintenanceWindow",
    }
)

IN_PLACE = {
    "AWS::RDS::DBInstance": _RESTARTS,
    "AWS::Neptune::DBInstance": _RESTARTS,
    "AWS::Events::Rule": frozenset({"EventBusName"}),
}
"""Properties that CloudFormation's schemas mark as replacing on a condition, and which only interrupt.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html
("Update requires: Some interruptions")
"""

REPLACES = {
    "AWS::DynamoDB::Table": frozenset({"KeySchema"}),
    "AWS::DynamoDB::GlobalTable": frozenset({"KeySchema", "LocalSecondaryIndexes"}),
    "AWS::RDS::DBCluster": frozenset({"AvailabilityZones", "Engine", "MasterUsername"}),
    "AWS::RDS::DBInstance": frozenset({"AvailabilityZone", "DBSnapshotIdentifier"}),
}
"""Properties that are marked so, and which always replace ("Update requires: Replacement").

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
and the pages of the others.
"""

MAY_REPLACE = {
    "AWS::DynamoDB::Table": frozenset({"LocalSecondaryIndexes"}),
    "AWS::ElastiCache::CacheCluster": frozenset({"NumCacheNodes"}),
    "AWS::Elasticsearch::Domain": frozenset(
        {"AdvancedSecurityOptions", "EncryptionAtRestOptions", "NodeToNodeEncryptionOptions"}
    ),
}
"""Properties that are not marked, and which replace on a condition, or never change in place."""

UNLESS_POLICY = {
    "AWS::ElastiCache::ReplicationGroup": ("NumNodeGroups", "UseOnlineResharding"),
    "AWS::Elasticsearch::Domain": ("ElasticsearchVersion", "EnableVersionUpgrade"),
    "AWS::OpenSearchService::Domain": ("EngineVersion", "EnableVersionUpgrade"),
}
"""Properties that are not marked, and which replace unless the `UpdatePolicy` has this.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
"""

NEVER_REMOVED = {"AWS::OpenSearchService::Domain": "VPCOptions"}
"""Properties that are not marked, and whose removal replaces.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-opensearchservice-domain.html
"""

TYPED = {
    "AWS::DynamoDB::GlobalTable": "AttributeDefinitions",
    "AWS::DynamoDB::Table": "AttributeDefinitions",
}
"""Lists of attributes by their name: one more changes in place, and another type of one replaces.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
"""

NAMED = {
    "AWS::SQS::Queue": "QueueName",
    "AWS::SecretsManager::Secret": "Name",
}
"""Names that only one can have, of types which the schemas know by something else.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
"""
