"""What a key of one's own encrypts."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_kms as kms

from wellmade.kit.lookups import stack_of
from wellmade.kit.refusals import refusal
from wellmade.policies.need import Allowed, Need, chosen, need, refuse_wildcards

USES = ("kms:Decrypt", "kms:GenerateDataKey")


def decrypt(
    key: kms.IKey | kms.Key,
    *,
    via: Sequence[str],
    encryption_context: Mapping[str, str] | None = None,
    actions: Sequence[str] = ("kms:Decrypt",),
) -> Need:
    """Return the need to read what a key encrypts, through services alone: the code never calls the key.

    Args:
        key: What encrypts.
        via: Services that call the key for the code, such as `s3`, `sqs` or `secretsmanager`.
        encryption_context: What a service says of the item, such as `aws:s3:arn`. Default: anything.
        actions: `kms:Decrypt` to read, also `kms:GenerateDataKey` to write. Default: `kms:Decrypt`.

    Raises:
        RefusedError: If no service is named, or an action is not among these.
    """
    if not via:
        fix = "name what the code reads from, such as via=['s3']"
        raise refusal(key, "via", "at least one service", "none", fix)
    refuse_wildcards(key, "via", via, "s3")
    stack = stack_of(key)
    equals: dict[str, Any] = {
        "kms:ViaService": [f"{each}.{key.env.region}.{stack.url_suffix}" for each in via],
        **{f"kms:EncryptionContext:{name}": value for name, value in (encryption_context or {}).items()},
    }
    used = Allowed(
        chosen(key, actions, USES),
        (key.key_arn,),
        {"StringEquals": equals},
        used_by=f"{', '.join(via)}, to decrypt what the code reads",
        keyed=True,
    )
    return need(key, used)
