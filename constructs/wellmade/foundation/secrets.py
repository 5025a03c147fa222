"""No secrets in templates: a function's variables can be read by anyone who can read the function."""

import re
from collections.abc import Mapping

from aws_cdk import Token
from constructs import IConstruct

from wellmade.foundation.refusal import refusal

_SECRET_NAME = re.compile(r"(?:^|_)(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?)$")
_SECRET_VALUE = re.compile(r"^(?:AKIA|ASIA)[A-Z0-9]{16}$|-----BEGIN [A-Z ]*PRIVATE KEY-----|^ghp_\w{36}$")


def refuse_plaintext_secrets(scope: IConstruct, variables: Mapping[str, str]) -> None:
    """Raise when a variable's name or value gives a secret away; its value is never repeated.

    References to other resources pass, and so does a name that says where the secret is kept, such as
    `DATABASE_SECRET_ARN`.

    Raises:
        ValueError: If a variable is called like a secret and holds literal text, or looks like a key.
    """
    for name, value in variables.items():
        suspect = _SECRET_NAME.search(name.upper()) or _SECRET_VALUE.search(value)
        if suspect and not Token.is_unresolved(value):
            raise refusal(
                scope,
                f"environment[{name!r}]",
                "free of secrets",
                "literal text",
                "keep it in Secrets Manager and pass its ARN",
            )
