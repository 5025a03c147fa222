"""What a call needs of the customer's key that encrypts what it reads or writes.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html,
https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html,
https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html and
https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
"""

from collections.abc import Iterator

from wellmade.facts.partitions import url_suffix
from wellmade.prove.calls.call import UNTOLD, AccountContext, Call, Need
from wellmade.prove.calls.keys import ALGORITHM
from wellmade.prove.policy import Value

READS, WRITES = ("Decrypt",), ("GenerateDataKey",)
BOTH = ("GenerateDataKey", "Decrypt")

ITEMS = (
    "BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PartiQLDelete",
    "PartiQLInsert", "PartiQLSelect", "PartiQLUpdate", "PutItem", "Query", "Scan", "UpdateItem",
)  # fmt: skip

OF_ACTIONS = {
    **{f"dynamodb:{item}": READS for item in ITEMS},
    **dict.fromkeys(("s3:GetObject", "s3:GetObjectVersion", "sqs:ReceiveMessage"), READS),
    **dict.fromkeys(("kinesis:GetRecords", "kinesis:SubscribeToShard"), READS),
    "secretsmanager:GetSecretValue": READS,
    **dict.fromkeys(("ssm:GetParameter", "ssm:GetParameters"), READS),
    **dict.fromkeys(("ssm:GetParametersByPath", "ssm:GetParameterHistory"), READS),
    **dict.fromkeys(("s3:PutObject", "kinesis:PutRecord", "kinesis:PutRecords"), WRITES),
    **dict.fromkeys(("sqs:SendMessage", "sns:Publish"), BOTH),
    **dict.fromkeys(("secretsmanager:PutSecretValue", "secretsmanager:UpdateSecret"), BOTH),
    "ssm:PutParameter": ("Encrypt",),
}
"""Action to the actions of KMS that the service takes on the caller's behalf."""

_OF_OBJECTS = ("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject")
PARTS = ("UploadPart", "UploadPartCopy", "CompleteMultipartUpload", "CreateMultipartUpload")


def needs(call: Call, account: AccountContext, need: Need) -> Iterator[Need]:
    """Yield what one need asks of the key of its resource, if that is the customer's.

    A parameter of the call that names a key goes before what is known of the resource. What a service puts
    into the encryption context is its own affair, and not known here.
    """
    actions = OF_ACTIONS.get(need.action, ())
    if need.action.startswith("ssm:Get") and not call.parameters.get("WithDecryption"):
        return
    if need.action == "s3:PutObject" and call.operation in PARTS:
        actions = BOTH
    key = _key(call, account, need)
    if not key or not actions:
        return
    service = need.action.partition(":")[0]
    context: dict[str, Value] = {
        "aws:ViaAWSService": True,
        "kms:ViaService": f"{service}.{call.region}.{url_suffix(call.region)}",
        "kms:CallerAccount": account.number,
        "kms:EncryptionContextKeys": [UNTOLD],
        f"kms:EncryptionContext:{UNTOLD}": [UNTOLD],
    }
    for action in actions:
        yield Need(f"kms:{action}", key, {**context, **ALGORITHM})


def _key(call: Call, account: AccountContext, need: Need) -> str:
    if need.action in _OF_OBJECTS and _is_encrypted_otherwise(call):
        return ""
    given = call.text("SSEKMSKeyId") if need.action == "s3:PutObject" else ""
    if given.startswith("alias/"):
        given = account.aliases.get(given, "")
    if given:
        return given if given.startswith("arn:") else account.arn(call, "kms", f"key/{given}")
    whole = (
        need.resource.partition("/")[0]
        if need.action.startswith("s3:")
        else need.resource.partition("/index/")[0]
    )
    return account.keys.get(whole, "")


def _is_encrypted_otherwise(call: Call) -> bool:
    """Tell whether a call of S3 says that a key of its own, or one of S3, encrypts the object."""
    return bool(call.parameters.get("SSECustomerAlgorithm")) or call.text("ServerSideEncryption") == "AES256"


def only_if(call: Call, action: str) -> str:
    """Say when alone a call needs the key of an object; empty if it always does.

    Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html and
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
    """
    if call.service != "s3" or not action.startswith("kms:"):
        return ""
    if call.operation == "HeadObject" and not call.parameters.get("ChecksumMode"):
        return "only who asks for the checksum of an object needs its key"
    if call.text("ServerSideEncryption").startswith("aws:kms") and not call.text("SSEKMSKeyId"):
        return "S3 takes its own key where a call asks for KMS and names no key"
    return ""
