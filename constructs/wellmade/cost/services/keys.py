"""AWS KMS and Secrets Manager: keys and secrets by the month."""

from collections.abc import Iterator

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, flat
from wellmade.cost.usage import Usage
from wellmade.graph import Resource

PAGE = "https://aws.amazon.com/kms/pricing/"
SECRETS_PAGE = "https://aws.amazon.com/secrets-manager/pricing/"
KEYS = flat("keys", PAGE, "kms_key_month")
SECRETS = flat("secrets", SECRETS_PAGE, "secrets_manager_secret_month")


def key(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield a key; each of its first two rotations adds as much, from its second and third year on."""
    usage.assume(f"{short(resource)}: no requests to the key, and no rotated material yet")
    yield Charge(KEYS, 1, fixed=True)


def secret(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield a secret and its replicas in other regions, without its reads."""
    usage.assume(f"{short(resource)}: no reads of the secret")
    replicas = resource.get("ReplicaRegions")
    yield Charge(SECRETS, 1 + (len(replicas) if isinstance(replicas, list) else 0), fixed=True)


PRICED = {"AWS::KMS::Key": key, "AWS::KMS::ReplicaKey": key, "AWS::SecretsManager::Secret": secret}
