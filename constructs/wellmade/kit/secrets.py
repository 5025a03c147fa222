"""No secrets in templates: a function's variables can be read by anyone who can read the function."""

from collections.abc import Iterator, Mapping

from aws_cdk import CfnElement, Token
from constructs import IConstruct

from wellmade.facts.secrets import looks_secret
from wellmade.kit.refusals import RefusedError, refusal


def refuse_plaintext_secrets(scope: IConstruct | str, variables: Mapping[str, str]) -> None:
    """Raise when a variable's name or value gives a secret away; its value is never repeated.

    References to other resources pass, and so does a name that says where the secret is kept, such as
    `DATABASE_SECRET_ARN`.

    Raises:
        RefusedError: If a variable is called like a secret and holds literal text, or looks like a key.
    """
    for name, value in variables.items():
        if not Token.is_unresolved(value) and looks_secret(name, value):
            raise _refusal(scope, name, None)


def plaintext_secrets(
    path: str, variables: Mapping[str, object], resource: CfnElement
) -> Iterator[RefusedError]:
    """Yield a refusal for each synthesized variable that gives a secret away.

    Args:
        path: Of the construct.
        variables: As they were synthesized; references are no text and pass.
        resource: What they are set on.
    """
    for name, value in variables.items():
        if isinstance(value, str) and looks_secret(name, value):
            yield _refusal(path, name, resource)


def _refusal(scope: IConstruct | str, name: str, resource: CfnElement | None) -> RefusedError:
    return refusal(
        scope,
        f"environment[{name!r}]",
        "free of secrets",
        "literal text",
        "keep it in Secrets Manager and pass its ARN",
        rule="plaintext-secret",
        resource=resource,
    )
