"""Values of secrets are in no template."""

import json
from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.secrets import looks_secret
from wellmade.graph import Graph, is_known, text

_RESOLVED_LATER = "{{resolve:"
_OF_KEYS = "remove the value: API Gateway makes one, and get-api-key --include-value reads it"


def _check(graph: Graph) -> Iterator[Violation]:
    for secret in graph.of_type("AWS::SecretsManager::Secret"):
        value = text(secret.get("SecretString"))
        if value and _RESOLVED_LATER not in value:
            yield Violation(secret, "Properties.SecretString", "is written as text")
        path = "GenerateSecretString.SecretStringTemplate"
        template = text(secret.get(path))
        made = secret.get("GenerateSecretString.GenerateStringKey")
        if template and is_known(made) and (named := _secret_in(template, text(made))):
            yield Violation(secret, f"Properties.{path}", f"holds {named} as text")
    for key in graph.of_type("AWS::ApiGateway::ApiKey"):
        value = text(key.get("Value"))
        if value and _RESOLVED_LATER not in value:
            yield Violation(key, "Properties.Value", "is written as text", _OF_KEYS)


def _secret_in(template: str, made: str | None) -> str | None:
    """Return the field of a secret's frame that looks like a secret, and is not the one that is made."""
    try:
        fields = json.loads(template)
    except ValueError:
        return None
    if not isinstance(fields, dict):
        return None
    kept = ((name, str(value)) for name, value in fields.items() if name != made)
    return next((name for name, value in kept if looks_secret(name, value)), None)


RULE = Rule(
    id="secret-in-template",
    title="Values of secrets are in no template",
    severity=Severity.ERROR,
    explanation=(
        "Whoever reads the template, its history or the stack in CloudFormation knows the secret. Each "
        "deployment sets it back to what the template says, also after a rotation."
    ),
    fix="remove the value, and let GenerateSecretString make one, or write it with put-secret-value",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html",
    check=_check,
)
