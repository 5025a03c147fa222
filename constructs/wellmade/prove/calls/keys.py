"""Calls of AWS KMS and of AWS STS.

Sources: https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""

from collections.abc import Iterator, Mapping

from wellmade.prove.calls import regular
from wellmade.prove.calls.call import OTHERWISE, UNTOLD, AccountContext, Call, Need, Rule
from wellmade.prove.policy import Value

DIRECT = ("EncryptionAlgorithm", "MacAlgorithm", "MessageType", "SigningAlgorithm")
"""Parameters that are condition keys of KMS as they are."""

ALGORITHM: Mapping[str, Value] = {"kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}
"""Of a key for both ways, and of every call that does not say another."""
_ENCRYPTS = (
    "Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo",
)  # fmt: skip
_SIGNS: Mapping[str, Value] = {"kms:MessageType": "RAW"}
_CONSTRAINED = ("CreateGrant", "RetireGrant")
"""Actions whose encryption context stands in constraints, which are not read."""
DEFAULTS = {**dict.fromkeys(_ENCRYPTS, ALGORITHM), "Sign": _SIGNS, "Verify": _SIGNS}
"""Action to the condition keys that KMS fills where the call does not."""


def _on_key(call: Call, account: AccountContext) -> Iterator[Need]:
    if call.text("KeyId"):
        yield _with_key(call, account, call.operation)
        return
    for need in regular.needs(call, account):
        yield need._replace(context={"kms:CallerAccount": account.number})


def _re_encrypt(call: Call, account: AccountContext) -> Iterator[Need]:
    yield _with_key(call, account, "ReEncryptFrom", "Source")
    yield _with_key(call, account, "ReEncryptTo", "Destination")


def _with_key(call: Call, account: AccountContext, action: str, side: str = "") -> Need:
    context: dict[str, Value] = {"kms:CallerAccount": account.number}
    context |= DEFAULTS.get(action, {})
    given = {name: call.text(f"{side}{name}", name) for name in DIRECT}
    context |= {f"kms:{name}": text for name, text in given.items() if text}
    if pairs := call.parameters.get(f"{side}EncryptionContext"):
        context |= {f"kms:EncryptionContext:{name}": value for name, value in pairs.items()}
        context["kms:EncryptionContextKeys"] = list(pairs)
    if action in _CONSTRAINED:
        context |= {"kms:EncryptionContextKeys": [UNTOLD], f"kms:EncryptionContext:{UNTOLD}": [UNTOLD]}
    key = call.text(f"{side}KeyId")
    if not key:
        raise call.unmapped(f"the ciphertext does not tell its key; pass {side}KeyId")
    if named := _alias(key):
        alias, *others = (arn.rpartition(":")[2] for arn in account.resolve(account.arn(call, "kms", named)))
        context["kms:RequestAlias"] = alias
        if others:
            raise call.unmapped(f"conditions decide which of {', '.join([alias, *others])} is meant")
        if alias not in account.aliases:
            raise call.unmapped(f"which key {alias} stands for is unknown; tell it in wellmade.toml")
        key = account.aliases[alias]
    return Need(
        f"kms:{action}", key if key.startswith("arn:") else account.arn(call, "kms", f"key/{key}"), context
    )


def _alias(key: str) -> str:
    """Return the alias that a key is named by, empty if it is named otherwise."""
    name = key.rpartition(":")[2]
    return name if name.startswith("alias/") else ""


def _assume_role(call: Call, _: AccountContext) -> Iterator[Need]:
    role = call.text("RoleArn")
    keys = ("ExternalId", "RoleSessionName", "SourceIdentity")
    context: dict[str, Value] = {f"sts:{key}": call.text(key) for key in keys if call.text(key)}
    yield Need("sts:AssumeRole", role, context)
    if call.parameters.get("Tags"):
        transitive: dict[str, Value] = {"sts:TransitiveTagKeys": call.parameters.get("TransitiveTagKeys", [])}
        yield Need("sts:TagSession", role, transitive)
    if call.parameters.get("SourceIdentity"):
        yield Need("sts:SetSourceIdentity", role, context)


KMS: dict[str, Rule] = {"ReEncrypt": _re_encrypt, OTHERWISE: _on_key}
STS: dict[str, Rule] = {"AssumeRole": _assume_role}
FREE = {("sts", operation) for operation in ("GetCallerIdentity", "GetSessionToken")}
"""These ask nothing of the policies of who calls."""
