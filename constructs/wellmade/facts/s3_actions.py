"""The actions of Amazon S3, which mostly are not named after its operations.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html and the
permissions on the page of each operation in https://docs.aws.amazon.com/AmazonS3/latest/API/
"""

VERSIONED = {
    "GetObject": "GetObjectVersion",
    "GetObjectAcl": "GetObjectVersionAcl",
    "GetObjectAttributes": "GetObjectVersionAttributes",
    "GetObjectTagging": "GetObjectVersionTagging",
    "PutObjectAcl": "PutObjectVersionAcl",
    "PutObjectTagging": "PutObjectVersionTagging",
    "DeleteObject": "DeleteObjectVersion",
    "DeleteObjectTagging": "DeleteObjectVersionTagging",
}
"""What an action is called when the call names a version."""

OBJECTS = {
    **{name: (name,) for name in VERSIONED},
    "GetObjectAttributes": ("GetObject", "GetObjectAttributes"),
    "HeadObject": ("GetObject",),
    "SelectObjectContent": ("GetObject",),
    "GetObjectLegalHold": ("GetObjectLegalHold",),
    "GetObjectRetention": ("GetObjectRetention",),
    "GetObjectTorrent": ("GetObjectTorrent",),
    "PutObjectLegalHold": ("PutObjectLegalHold",),
    "PutObjectRetention": ("PutObjectRetention",),
    "RestoreObject": ("RestoreObject",),
    "PutObject": ("PutObject",),
    "CreateMultipartUpload": ("PutObject",),
    "UploadPart": ("PutObject",),
    "CompleteMultipartUpload": ("PutObject",),
    "AbortMultipartUpload": ("AbortMultipartUpload",),
    "ListParts": ("ListMultipartUploadParts",),
    "CopyObject": ("PutObject",),
    "UploadPartCopy": ("PutObject",),
}
"""Operation on one object to its actions."""

SAME_NAME = (
    "CreateBucket", "DeleteBucket", "DeleteBucketPolicy", "DeleteBucketWebsite", "GetBucketAcl",
    "GetBucketLocation", "GetBucketLogging", "GetBucketOwnershipControls", "GetBucketPolicy",
    "GetBucketPolicyStatus", "GetBucketRequestPayment", "GetBucketTagging", "GetBucketVersioning",
    "GetBucketWebsite", "PutBucketAcl", "PutBucketLogging", "PutBucketOwnershipControls", "PutBucketPolicy",
    "PutBucketRequestPayment", "PutBucketTagging", "PutBucketVersioning", "PutBucketWebsite",
)  # fmt: skip

CONFIGURATIONS = {
    "AnalyticsConfiguration": "BucketAnalyticsConfiguration",
    "BucketCORS": "BucketCors",
    "BucketPublicAccessBlock": "PublicAccessBlock",
    "EncryptionConfiguration": "BucketEncryption",
    "IntelligentTieringConfiguration": "BucketIntelligentTieringConfiguration",
    "InventoryConfiguration": "BucketInventoryConfiguration",
    "MetricsConfiguration": "BucketMetricsConfiguration",
    "ReplicationConfiguration": "BucketReplication",
}
"""What follows Get and Put in the actions to what follows Get, Put and Delete in the operations."""

BUCKETS = {
    **{name: name for name in SAME_NAME},
    **{
        f"{verb}{name}": f"{verb}{action}"
        for action, name in CONFIGURATIONS.items()
        for verb in ("Get", "Put")
    },
    **{f"Delete{name}": f"Put{action}" for action, name in CONFIGURATIONS.items()},
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketTagging": "PutBucketTagging",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "HeadBucket": "ListBucket",
    "ListBucketAnalyticsConfigurations": "GetAnalyticsConfiguration",
    "ListBucketIntelligentTieringConfigurations": "GetIntelligentTieringConfiguration",
    "ListBucketInventoryConfigurations": "GetInventoryConfiguration",
    "ListBucketMetricsConfigurations": "GetMetricsConfiguration",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
}
"""Operation on a bucket to its action."""

CONDITION_KEYS = {
    "ACL": "s3:x-amz-acl",
    "Delimiter": "s3:delimiter",
    "GrantFullControl": "s3:x-amz-grant-full-control",
    "GrantRead": "s3:x-amz-grant-read",
    "GrantReadACP": "s3:x-amz-grant-read-acp",
    "GrantWriteACP": "s3:x-amz-grant-write-acp",
    "IfMatch": "s3:if-match",
    "IfNoneMatch": "s3:if-none-match",
    "MaxKeys": "s3:max-keys",
    "MetadataDirective": "s3:x-amz-metadata-directive",
    "ObjectLockLegalHoldStatus": "s3:object-lock-legal-hold",
    "ObjectLockMode": "s3:object-lock-mode",
    "ObjectLockRetainUntilDate": "s3:object-lock-retain-until-date",
    "Prefix": "s3:prefix",
    "SSECustomerAlgorithm": "s3:x-amz-server-side-encryption-customer-algorithm",
    "SSEKMSKeyId": "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "ServerSideEncryption": "s3:x-amz-server-side-encryption",
    "StorageClass": "s3:x-amz-storage-class",
    "VersionId": "s3:versionid",
    "WebsiteRedirectLocation": "s3:x-amz-website-redirect-location",
}
"""Parameter to the condition key that carries it."""

ALONG = {
    "ACL": "PutObjectAcl",
    "GrantFullControl": "PutObjectAcl",
    "GrantRead": "PutObjectAcl",
    "GrantReadACP": "PutObjectAcl",
    "GrantWriteACP": "PutObjectAcl",
    "ObjectLockLegalHoldStatus": "PutObjectLegalHold",
    "ObjectLockMode": "PutObjectRetention",
    "Tagging": "PutObjectTagging",
}
"""Parameter of a write to the action that it takes besides."""

WITH_BUCKETS = (
    ("ACL", "PutBucketAcl"),
    ("ObjectLockEnabledForBucket", "PutBucketObjectLockConfiguration"),
    ("ObjectLockEnabledForBucket", "PutBucketVersioning"),
    ("ObjectOwnership", "PutBucketOwnershipControls"),
)
"""Parameters of `CreateBucket` with the actions that each takes besides.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
"""

DIRECTORY = "--x-s3"
"""How the names of directory buckets end, whose objects are reached by a session alone.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-iam.html
"""

ALIAS = ("-s3alias", "--ol-s3")
"""How the aliases of access points end, which callers name in place of a bucket.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-alias.html
"""
