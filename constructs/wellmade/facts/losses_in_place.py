"""Properties that change in place, and by which what a resource holds goes all the same.

Paths are written with dots; `*` stands for each of a list. Sources: the page of each type below
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/ and, for what becomes of data,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/manage-versioning-examples.html and
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html
"""

from collections.abc import Mapping

EVER = float("inf")
"""Where nothing is written, nothing ends."""

RETENTION: Mapping[str, Mapping[str, float]] = {
    "AWS::APS::Workspace": {"WorkspaceConfiguration.RetentionPeriodInDays": 150},
    "AWS::CloudTrail::EventDataStore": {"RetentionPeriod": EVER},
    "AWS::DocDB::DBCluster": {"BackupRetentionPeriod": 1},
    "AWS::DocDBElastic::Cluster": {"BackupRetentionPeriod": 1},
    "AWS::DynamoDB::GlobalTable": {"Replicas.*.PointInTimeRecoverySpecification.RecoveryPeriodInDays": 35},
    "AWS::DynamoDB::Table": {"PointInTimeRecoverySpecification.RecoveryPeriodInDays": 35},
    "AWS::ElastiCache::CacheCluster": {"SnapshotRetentionLimit": 0},
    "AWS::ElastiCache::ReplicationGroup": {"SnapshotRetentionLimit": 0},
    "AWS::ElastiCache::ServerlessCache": {"SnapshotRetentionLimit": 0},
    "AWS::Events::Archive": {"RetentionDays": EVER},
    "AWS::Kinesis::Stream": {"RetentionPeriodHours": 24},
    "AWS::KinesisVideo::Stream": {"DataRetentionInHours": 0},
    "AWS::Logs::LogGroup": {"RetentionInDays": EVER},
    "AWS::MemoryDB::Cluster": {"SnapshotRetentionLimit": 0},
    "AWS::Neptune::DBCluster": {"BackupRetentionPeriod": 1},
    "AWS::RDS::DBCluster": {"BackupRetentionPeriod": 1},
    "AWS::RDS::DBInstance": {"BackupRetentionPeriod": 1},
    "AWS::Redshift::Cluster": {"AutomatedSnapshotRetentionPeriod": 1},
    "AWS::SQS::Queue": {"MessageRetentionPeriod": 345_600},
    "AWS::Timestream::Table": {"RetentionProperties.MagneticStoreRetentionPeriodInDays": 73_000},
}
"""How long something is kept, with what is meant where it is not written; what is older is deleted."""

ZERO_IS_EVER = ("AWS::Events::Archive",)
"""Types of which a retention of 0 never ends; of the others it keeps nothing."""

RECOVERY = {
    "AWS::Cassandra::Table": "PointInTimeRecoveryEnabled",
    "AWS::DynamoDB::GlobalTable": "Replicas.*.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled",
    "AWS::DynamoDB::Table": "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled",
}
"""Continuous backups: once they end, nothing before can be restored, also if they begin again."""

EXPIRY = {
    "AWS::Cassandra::Table": "DefaultTimeToLive",
    "AWS::DynamoDB::GlobalTable": "TimeToLiveSpecification",
    "AWS::DynamoDB::Table": "TimeToLiveSpecification",
    "AWS::ECR::PublicRepository": "LifecyclePolicy",
    "AWS::ECR::Repository": "LifecyclePolicy",
}
"""What deletes what is there already once it is written, or written in another way."""

GENERATED = {"AWS::SecretsManager::Secret": "GenerateSecretString"}
"""What makes another value as it changes ("When you make a change to this property, a new secret version is
created"); the version before is kept as `AWSPREVIOUS` until the next.
"""

COPIES = {"AWS::DynamoDB::GlobalTable": ("Replicas", "Region")}
"""Lists of copies, and what tells one from another: one that is taken out is deleted with its backups."""

GUARDS = {
    "AWS::CloudTrail::EventDataStore": ("TerminationProtectionEnabled", "true"),
    "AWS::Cognito::UserPool": ("DeletionProtection", "ACTIVE"),
    "AWS::DSQL::Cluster": ("DeletionProtectionEnabled", "true"),
    "AWS::DocDB::DBCluster": ("DeletionProtection", "true"),
    "AWS::DynamoDB::GlobalTable": ("Replicas.*.DeletionProtectionEnabled", "true"),
    "AWS::DynamoDB::Table": ("DeletionProtectionEnabled", "true"),
    "AWS::EKS::Cluster": ("DeletionProtection", "true"),
    "AWS::Logs::LogGroup": ("DeletionProtectionEnabled", "true"),
    "AWS::Neptune::DBCluster": ("DeletionProtection", "true"),
    "AWS::NeptuneGraph::Graph": ("DeletionProtection", "true"),
    "AWS::RDS::DBCluster": ("DeletionProtection", "true"),
    "AWS::RDS::DBInstance": ("DeletionProtection", "true"),
    "AWS::S3::Bucket": ("VersioningConfiguration.Status", "Enabled"),
}
"""What guards against a later loss, with the value that does; without it nothing is lost yet."""
