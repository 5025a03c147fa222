"""No secrets in templates: a function's variables can be read by anyone who can read the function."""

from collections.abc import Iterator, Mapping
from typing import Any

from aws_cdk import CfnResource
from constructs import IConstruct

from wellmade.facts.secrets import is_credential, looks_secret
from wellmade.kit.lookups import is_unresolved
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.texts import texts_of

IN_FUNCTION, IN_CONTAINER = "function-secrets", "secret-in-container"
"""The rules of `wellmade check` that see the same in a template."""


def refuse_plaintext_secrets(scope: IConstruct | str, variables: Mapping[str, str], rule: str) -> None:
    """Raise when a variable's name or value gives a secret away; its value is never repeated.

    References to other resources pass, and so does a name that says where the secret is kept, such as
    `DATABASE_SECRET_ARN`.

    Raises:
        RefusedError: If a variable is called like a secret and holds literal text, or looks like a key.
    """
    for name, value in variables.items():
        if not is_unresolved(value) and looks_secret(name, value):
            raise _refusal(scope, name, None, rule)


def plaintext_secrets(
    path: str, variables: object, resource: CfnResource, template: Mapping[str, Any]
) -> Iterator[RefusedError]:
    """Yield a refusal for each synthesized variable that gives a secret away.

    Args:
        path: Of the construct.
        variables: As they were synthesized. Functions of the template are worked out, with the defaults of
            parameters, which anyone can read as well; what deployment alone tells is no text and passes.
        resource: What they are set on.
        template: What it stands in.
    """
    for name, value in variables.items() if isinstance(variables, Mapping) else ():
        if any(_gives_away(str(name), text) for text in texts_of(value, template)):
            is_function = resource.cfn_resource_type == "AWS::Lambda::Function"
            yield _refusal(path, name, resource, IN_FUNCTION if is_function else IN_CONTAINER)


def _gives_away(name: str, text: str) -> bool:
    """Tell whether a text is a secret; of one that is partly a reference its shape alone is judged."""
    return is_credential(text) if "${Token[" in text else looks_secret(name, text)


def _refusal(scope: IConstruct | str, name: str, resource: CfnResource | None, rule: str) -> RefusedError:
    return refusal(
        scope,
        f"environment[{name!r}]",
        "free of secrets",
        "literal text",
        "keep it in Secrets Manager and pass its ARN",
        rule=rule,
        resource=resource,
    )
