"""What may be done with a pipeline's files, and the policy that says so for a role of another stack."""

from collections.abc import Sequence
from typing import Protocol

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.foundation.function_option import Handling
from wellmade.ingest.file_stores import FileStores
from wellmade.ingest.inbox import Inbox
from wellmade.kit.lookups import same_stack
from wellmade.kit.roles import role_of


def allow_handler(
    scope: Construct, handling: Handling, inbox: s3.IBucket, stores: FileStores, prefix: str
) -> None:
    """Let the handler read files, write what they became, and nothing else.

    Args:
        scope: The pipeline.
        handling: Its function.
        inbox: Where files arrive.
        stores: Where the handler writes.
        prefix: Where files arrive in the bucket.
    """
    allow_files(_Grants(scope, handling), inbox, stores, prefix)


class Grants(Protocol):
    """Where statements go."""

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        used_by: str | None = None,
        keyed: bool = False,
    ) -> None:
        """Let it call these actions."""

    def use_key(self, key: kms.IKey | None, actions: Sequence[str], used_by: str) -> None:
        """Let it use what encrypts, where it is a key of the user's."""


def allow_files(grants: Grants, inbox: s3.IBucket, stores: FileStores, prefix: str) -> None:
    """Let whoever has the grants read files and write what they became.

    Args:
        grants: Where statements go.
        inbox: Where files arrive.
        stores: Where what they became is written.
        prefix: Where files arrive in the bucket.
    """
    key = inbox.encryption_key
    keyed = key is not None
    grants.allow(_reads(inbox), [inbox.arn_for_objects(f"{prefix}*")], keyed=keyed)
    # Without it S3 answers 403 for an object that is gone, which could as well be a fault of ours.
    used_by = "S3, to answer 404 where nothing is"
    grants.allow(["s3:ListBucket"], [inbox.bucket_arn], used_by=used_by, keyed=keyed)
    grants.use_key(key, ["kms:Decrypt"], "S3, to decrypt files")
    for bucket in (stores.results, stores.quarantine):
        key = bucket.encryption_key
        grants.allow(["s3:PutObject"], [bucket.arn_for_objects(f"{prefix}*")], keyed=key is not None)
        uses = ["kms:Decrypt", "kms:GenerateDataKey"]
        grants.use_key(key, uses, "S3, to encrypt what is written")
    key = _key_of(stores.table)
    grants.allow(["dynamodb:BatchWriteItem"], [stores.table.table_arn], keyed=key is not None)
    grants.use_key(key, ["kms:Decrypt"], "DynamoDB, to decrypt and encrypt items")


def _reads(inbox: s3.IBucket) -> list[str]:
    """Return the actions that read a file: by version where the bucket keeps some, as ours does."""
    return ["s3:GetObjectVersion"] if isinstance(inbox, Inbox) else ["s3:GetObject", "s3:GetObjectVersion"]


def _key_of(table: dynamodb.ITable) -> kms.IKey | None:
    return table.encryption_key


class _Grants:
    """Statements in the function's role, or in a policy of this stack for a role of another one."""

    def __init__(self, scope: Construct, handling: Handling) -> None:
        self._scope, self._workload = scope, handling.workload
        role = role_of(handling.workload.grant_principal)
        self._role = None if same_stack(scope, handling.given) else role
        self._policy: iam.Policy | None = None

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        used_by: str | None = None,
        keyed: bool = False,
    ) -> None:
        """Let the handler call these actions."""
        if self._role is None:
            self._workload.allow(actions, resources, used_by=used_by, keyed=keyed)
            return
        if self._policy is None:
            self._policy = iam.Policy(self._scope, "Files", roles=[self._role])
        self._policy.add_statements(iam.PolicyStatement(actions=list(actions), resources=list(resources)))

    def use_key(self, key: kms.IKey | None, actions: Sequence[str], used_by: str) -> None:
        """Let the handler use what encrypts, where it is a key of the user's."""
        if key:
            self.allow(actions, [key.key_arn], used_by=used_by)
