"""The value of a secret."""

from collections.abc import Sequence

from aws_cdk import aws_secretsmanager as secretsmanager

from wellmade.policies.need import OVER_TLS, Allowed, Need, need, refuse_wildcards


def read_secret(
    secret: secretsmanager.ISecret | secretsmanager.Secret, *, stages: Sequence[str] = ("AWSCURRENT",)
) -> Need:
    """Return the need to read a secret as it is now; older values stay unread.

    Args:
        secret: What is read; a key of yours that encrypts it is a need of its own, `decrypt`.
        stages: Versions that may be read; who checks signatures also takes `AWSPREVIOUS`. Default:
            `AWSCURRENT`.

    Raises:
        RefusedError: If a stage holds a wildcard.
    """
    refuse_wildcards(secret, "stages", stages, "AWSCURRENT")
    # A version's own id would go around its stage; a request without either means the current one.
    conditions = {
        **OVER_TLS,
        "StringEqualsIfExists": {"secretsmanager:VersionStage": list(stages)},
        "Null": {"secretsmanager:VersionId": "true"},
    }
    arn = secret.secret_full_arn or f"{secret.secret_arn}-??????"
    read = Allowed(("secretsmanager:GetSecretValue",), (arn,), conditions, keyed=True)
    return need(secret, read, why="Secrets Manager adds six characters to the name.")
