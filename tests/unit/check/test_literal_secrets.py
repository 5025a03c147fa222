"""Each kind of literal secret, under each rule that looks for some."""

import json
from pathlib import Path

import pytest

from tests.unit.check.snippets import findings

KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SECRETS = {
    "PGPASSWORD": "hunter2",
    "DB_PASS": "s3cr3t",
    "AWS_SECRET": KEY,
    "AWS_SECRET_ACCESS_KEY": KEY,
    "DATABASE_URL": "postgres://app:hunter2@db:5432/app",
    "ACCESS_KEY_ID": "AKIA" + "A1B2C3D4" * 2,
    "GITHUB": "ghp_" + "a1" * 18,
    "FINE_GRAINED": "github_pat_" + "a1" * 18,
    "GITLAB": "glpat-" + "a1" * 10,
    "SLACK": "xoxb-" + "123456789012-abcdef",
    "HOOK": "https://hooks.slack.com/services/T0A1/B0A1/" + "a1" * 12,
    "STRIPE": "sk_live_" + "a1" * 12,
    "GOOGLE": "AIza" + "a1" * 17 + "b",
    "SENDGRID": "SG." + "a1" * 11 + "." + "b2" * 21,
    "MODEL": "sk-proj-" + "a1" * 16,
    "NPM": "npm_" + "a1" * 18,
    "PYPI": "pypi-" + "a1" * 20,
    "AZURE": "AccountKey=" + "a1" * 22,
}
HARMLESS = {
    "DATABASE_URL": "postgres://db:5432/app",
    "AWS_SECRET": "orders/aws-secret",
    "DB_PASSWORD_FILE": "/run/secrets/db",
    "DB_SECRET_NAME": "orders",
}
RULES = {
    "function-secrets": "Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {%s: %s}}}",
    "secret-in-container": (
        "Type: AWS::ECS::TaskDefinition, "
        "Properties: {ContainerDefinitions: [{Name: web, Environment: [{Name: %s, Value: %s}]}]}"
    ),
    "secret-in-user-data": "Type: AWS::EC2::Instance, Properties: {UserData: {'Fn::Base64': %s}}",
    "secret-in-template": (
        "Type: AWS::SecretsManager::Secret, Properties: {GenerateSecretString: {SecretStringTemplate: %s}}"
    ),
}


def resource(rule: str, name: str, value: str) -> str:
    if rule == "secret-in-user-data":
        filled = RULES[rule] % json.dumps(f"#!/bin/sh\nexport {name}={value}\n")
    elif rule == "secret-in-template":
        filled = RULES[rule] % json.dumps(json.dumps({name: value}))
    else:
        filled = RULES[rule] % (name, json.dumps(value))
    return f"\n  One: {{{filled}}}"


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", SECRETS)
def test_each_rule_finds_each_kind_and_repeats_none(tmp_path: Path, rule: str, name: str) -> None:
    value = SECRETS[name]
    (told,) = findings(tmp_path, rule, resource(rule, name, value))
    assert value not in told


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", HARMLESS)
def test_no_rule_takes_names_and_places_for_secrets(tmp_path: Path, rule: str, name: str) -> None:
    assert findings(tmp_path, rule, resource(rule, name, HARMLESS[name])) == []
