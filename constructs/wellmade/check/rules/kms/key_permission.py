"""Whoever uses encrypted resources may use their keys."""

from wellmade.check.delivery.every import missing
from wellmade.check.rule import Rule, Severity

RULE = Rule(
    id="key-permission",
    title="Whoever uses encrypted resources may use their keys",
    severity=Severity.ERROR,
    explanation=(
        "The permission on the resource is there, but the data is encrypted with a key that the "
        "role may not use. Each call ends in AccessDenied by KMS."
    ),
    fix="allow the role to use the key, and the key's policy to leave that to the account's policies",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies.html",
    check=missing("key-permission"),
)
