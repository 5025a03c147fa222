"""What whoever publishes a site may do, and is told."""

from collections.abc import Iterator
from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, workload_of
from wellmade_runtime.variables import SITE_BUCKET

KEY_USES = ["kms:Decrypt", "kms:GenerateDataKey"]
"""What S3 needs of a bucket's key to read what was published, and to encrypt what is put."""


@dataclass(frozen=True)
class Publishing:
    """Who may publish files of a site.

    Args:
        scope: The site.
        bucket: Where the files are.
    """

    scope: Construct
    bucket: s3.IBucket

    def connect(self, workload: AnyWorkload, prefix: str) -> None:
        """Let a workload publish, and tell it where.

        Args:
            workload: What publishes.
            prefix: Before its variables' names.
        """
        variables = {SITE_BUCKET: self.bucket.bucket_name}
        set_variables(self.scope, workload, variables, prefix=prefix)
        publisher = workload_of(self.scope, workload)
        for action, resource in self._grants():
            publisher.allow([action], [resource])
        key = self.bucket.encryption_key
        if key:
            publisher.allow(KEY_USES, [key.key_arn], used_by="S3, to read and encrypt what is published")

    def grant(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let somebody publish."""
        if self.bucket.encryption_key:
            self.bucket.encryption_key.grant(grantee, *KEY_USES)
        first, *others = [
            iam.Grant.add_to_principal(grantee=grantee, actions=[action], resource_arns=[resource])
            for action, resource in self._grants()
        ]
        for other in others:
            first = first.combine(other)
        return first

    def _grants(self) -> Iterator[tuple[str, str]]:
        yield "s3:ListBucket", self.bucket.bucket_arn
        # To tell whether an asset is as it was published, where its tag does not: everybody reads it anyway.
        yield "s3:GetObject", self.bucket.arn_for_objects("*")
        yield "s3:PutObject", self.bucket.arn_for_objects("*")
