"""Keys that a template turns off or makes for something else: KMS refuses what the policies allow.

Sources: https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html,
https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys-conceptual.html and `KeyUsage` in
https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
"""

from collections.abc import Iterator

from wellmade.graph import Graph, Resource
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.deployed.refusals import Refusal
from wellmade.prove.deployed.unknowns import has_unknown

_KINDS = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")
_DATA_KEYS = (
    "GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
)  # fmt: skip
_USES = {
    "ENCRYPT_DECRYPT": ("Decrypt", "Encrypt", "ReEncryptFrom", "ReEncryptTo", *_DATA_KEYS),
    "GENERATE_VERIFY_MAC": ("GenerateMac", "VerifyMac"),
    "KEY_AGREEMENT": ("DeriveSharedSecret",),
    "SIGN_VERIFY": ("Sign", "Verify"),
}
"""What a key is made for, to the actions that use it so."""
_WITH_MATERIAL = frozenset(f"kms:{action}" for actions in _USES.values() for action in actions)
_WHILE_ENABLED = _WITH_MATERIAL | {
    "kms:CreateGrant", "kms:DisableKeyRotation", "kms:EnableKeyRotation", "kms:ReplicateKey",
    "kms:RotateKeyOnDemand", "kms:UpdatePrimaryRegion",
}  # fmt: skip
_ASYMMETRIC = ("ECC_", "HMAC_", "ML_DSA_", "RSA_", "SM2")
"""How the specifications of keys begin that make no data keys."""


def unusable_keys(graph: Graph, naming: Naming) -> dict[str, list[Refusal]]:
    """Return the ARN of each key that KMS refuses to use, or may refuse, to what it refuses."""
    found = {naming.arn(key): list(_refusals(key, naming)) for key in graph.of_type(*_KINDS)}
    return {arn: refusals for arn, refusals in found.items() if refusals}


def _refusals(key: Resource, naming: Naming) -> Iterator[Refusal]:
    name = f"the key {key.logical_id}"
    enabled = naming.texts(key.get("Enabled", default=True))
    if enabled == ["false"]:
        yield Refusal(f"the template disables {name}", _WHILE_ENABLED)
    elif enabled != ["true"]:
        yield Refusal(f"no template tells whether {name} is enabled", _WHILE_ENABLED, is_sure=False)
    if "EXTERNAL" in naming.texts(key.get("Origin", default="AWS_KMS")):
        reason = f"no template tells whether the material of {name} has been imported"
        yield Refusal(reason, _WITH_MATERIAL, is_sure=False)
    usage, *others = naming.texts(key.get("KeyUsage", default="ENCRYPT_DECRYPT"))
    [spec, *_] = naming.texts(key.get("KeySpec", default="SYMMETRIC_DEFAULT"))
    if usage in _USES and not others:
        yield Refusal(
            f"{name} is made for {usage}", _WITH_MATERIAL.difference(f"kms:{each}" for each in _USES[usage])
        )
    elif has_unknown(usage) or others:
        yield Refusal(f"no template tells what {name} is made for", _WITH_MATERIAL, is_sure=False)
    if spec.startswith(_ASYMMETRIC):
        yield Refusal(f"{name} of {spec} makes no data keys", frozenset(f"kms:{each}" for each in _DATA_KEYS))
