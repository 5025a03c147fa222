"""What the pair of `secret-in-template` does not show."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings

SECRET = """
  Login:
    Type: AWS::SecretsManager::Secret
    Properties: {%s}"""

FRAME = 'SecretStringTemplate: \'{"password": "REPLACED-by-what-is-made"}\''


@pytest.mark.parametrize(
    ("properties", "is_found"),
    [
        ("SecretString: plain", True),
        ("SecretString: !Ref Given", False),
        ("SecretString: '{{resolve:ssm-secure:/login}}'", False),
        ('GenerateSecretString: {SecretStringTemplate: \'{"password": "hunter2-hunter2"}\'}', True),
        ('GenerateSecretString: {SecretStringTemplate: \'{"user": "ada"}\'}', False),
        (f"GenerateSecretString: {{GenerateStringKey: password, {FRAME}}}", False),
        (f"GenerateSecretString: {{GenerateStringKey: !Ref Given, {FRAME}}}", False),
        (f"GenerateSecretString: {{GenerateStringKey: salt, {FRAME}}}", True),
        ("GenerateSecretString: {SecretStringTemplate: not json}", False),
        ("GenerateSecretString: {}", False),
    ],
)
def test_finds_what_is_written_only(tmp_path: Path, properties: str, *, is_found: bool) -> None:
    assert bool(findings(tmp_path, "secret-in-template", SECRET % properties)) is is_found
