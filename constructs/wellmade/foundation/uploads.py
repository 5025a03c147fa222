"""Uploads into the inbox of a pipeline, by a workload that is connected to it or by anybody who may."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, workload_of
from wellmade_runtime.variables import INBOX_BUCKET, INBOX_PREFIX

UPLOAD_KEY_USES = ("kms:Decrypt", "kms:GenerateDataKey")
"""What S3 asks of a key for an object that comes in parts."""


def connect_uploader(
    scope: Construct, workload: AnyWorkload, inbox: s3.IBucket, folder: str, *, prefix: str
) -> None:
    """Let a workload upload, and set where in its variables.

    Args:
        scope: The pipeline.
        workload: What uploads.
        inbox: The bucket.
        folder: What the keys begin with that the pipeline looks at.
        prefix: Before the variables' names.

    Raises:
        RefusedError: If something else has set the variables.
    """
    variables = {INBOX_BUCKET: inbox.bucket_name, INBOX_PREFIX: folder}
    set_variables(scope, workload, variables, prefix=prefix)
    uploader, key = workload_of(scope, workload), inbox.encryption_key
    uploader.allow(["s3:PutObject"], [_arriving(inbox, folder)], keyed=key is not None)
    if key:
        uploader.allow(UPLOAD_KEY_USES, [key.key_arn], used_by="S3, to encrypt what is uploaded")


def grant_upload(grantee: iam.IGrantable, inbox: s3.IBucket, folder: str) -> iam.Grant:
    """Let `grantee` put objects where a pipeline looks, use the bucket's key for it, and nothing else."""
    if inbox.encryption_key:
        inbox.encryption_key.grant(grantee, *UPLOAD_KEY_USES)
    return iam.Grant.add_to_principal(
        grantee=grantee, actions=["s3:PutObject"], resource_arns=[_arriving(inbox, folder)]
    )


def _arriving(inbox: s3.IBucket, folder: str) -> str:
    return inbox.arn_for_objects(f"{folder}*")
