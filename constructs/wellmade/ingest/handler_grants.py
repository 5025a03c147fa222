"""What may be done with a pipeline's files, and the policy that says so for a role of another stack."""

from collections.abc import Sequence

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.foundation.function_option import Handling
from wellmade.ingest.file_stores import FileStores
from wellmade.ingest.grants import Grants, WorkloadGrants
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
    role = role_of(handling.workload.grant_principal)
    grants: Grants = WorkloadGrants(handling.workload)
    if role is not None and not same_stack(scope, handling.given):
        grants = _PolicyGrants(scope, role)
    allow_files(grants, inbox, stores, prefix)


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


class _PolicyGrants(Grants):
    """Statements in a policy of this stack for a role of another one."""

    def __init__(self, scope: Construct, role: iam.IRole) -> None:
        self._scope, self._role = scope, role
        self._policy: iam.Policy | None = None

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        used_by: str | None = None,  # noqa: ARG002 - of the protocol; somebody else's role records none
        keyed: bool = False,  # noqa: ARG002 - as above; the statement is beside the role anyway
    ) -> None:
        """Let the handler call these actions."""
        if self._policy is None:
            self._policy = iam.Policy(self._scope, "Files", roles=[self._role])
        self._policy.add_statements(iam.PolicyStatement(actions=list(actions), resources=list(resources)))
