"""What must hold of the password of a database in two regions, as it was synthesized."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from wellmade.facts.aurora import PASSWORD_LENGTH
from wellmade.facts.database_passwords import REFUSED_CHARACTERS
from wellmade.facts.secrets_manager import GENERATED_LENGTH
from wellmade.kit.lookups import default_child, is_unresolved
from wellmade.kit.numbers import number_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized

COPIED, LENGTH, CHARACTERS = "global-password", "password-length", "password-characters"
"""Rules of `check` that see the same in others' templates."""


@dataclass(frozen=True)
class PasswordRules:
    """A secret that a database and its proxy log in with; nothing is known of one that is imported."""

    scope: Construct
    secret: secretsmanager.ISecret | secretsmanager.Secret
    other_region: str
    user: str

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal where the other region would not have it, or what logs in could not take it."""
        resource = default_child(self.secret)
        if not isinstance(resource, secretsmanager.CfnSecret):
            return
        found = synthesized.properties(resource)
        yield from self._elsewhere(resource, found.get("ReplicaRegions", []))
        if isinstance(generated := found.get("GenerateSecretString"), Mapping):
            yield from self._of_another(resource, generated.get("SecretStringTemplate", "{}"))
            yield from self._elsewhere_named(resource, generated.get("GenerateStringKey"))
            yield from self._too_long(resource, generated.get("PasswordLength", GENERATED_LENGTH))
            yield from self._refused(resource, generated)

    def _elsewhere(self, resource: secretsmanager.CfnSecret, replicas: Any) -> Iterator[RefusedError]:
        regions = [each.get("Region") for each in replicas]
        other = self.other_region
        if other not in regions and not is_unresolved(other):
            fix = f"give the secret replica_regions=[{other!r}]: else nobody could log in after a promotion"
            got = ", ".join(map(str, regions)) or "nowhere"
            allowed = f"replicated to {other}"
            yield refusal(
                self.scope, "global_database.secret", allowed, got, fix, rule=COPIED, resource=resource
            )

    def _of_another(self, resource: secretsmanager.CfnSecret, template: Any) -> Iterator[RefusedError]:
        """Yield a refusal where the proxy would log in as somebody else, or not know as whom."""
        if isinstance(template, str) and not is_unresolved(self.user):
            found = _user_in(template)
            if found != self.user:
                fix = f"give it the field username={self.user!r} beside the password: the proxy logs in by it"
                allowed = f"of the user {self.user}"
                yield refusal(self.scope, "global_database.secret", allowed, found, fix, resource=resource)

    def _elsewhere_named(self, resource: secretsmanager.CfnSecret, field: Any) -> Iterator[RefusedError]:
        """Yield a refusal where nothing is called as the database and its proxy look for it."""
        if field != "password":
            fix = "let it generate that one, as a RotatedSecret does with field='password'"
            allowed = "one that generates the field password"
            yield refusal(self.scope, "global_database.secret", allowed, field, fix, resource=resource)

    def _too_long(self, resource: secretsmanager.CfnSecret, length: Any) -> Iterator[RefusedError]:
        """Yield a refusal where RDS takes no password that long."""
        least, most = PASSWORD_LENGTH
        number = number_of(length)
        if number is not None and not least <= number <= most:
            fix = "give a RotatedSecret length=41, or a secret of your own password_length=41"
            allowed = "of 8 to 41 characters"
            yield refusal(
                self.scope,
                "global_database.secret",
                allowed,
                f"{number:g}",
                fix,
                rule=LENGTH,
                resource=resource,
            )

    def _refused(
        self, resource: secretsmanager.CfnSecret, generated: Mapping[str, Any]
    ) -> Iterator[RefusedError]:
        """Yield a refusal where RDS refuses most of the passwords that are drawn."""
        excluded = generated.get("ExcludeCharacters", "")
        refused = sorted(REFUSED_CHARACTERS - set(excluded)) if isinstance(excluded, str) else []
        if refused and generated.get("ExcludePunctuation", False) in (False, "false"):
            fix = "give the secret exclude_punctuation=True, as a RotatedSecret does"
            allowed = 'one without / @ and "'
            got = " ".join(refused)
            yield refusal(
                self.scope,
                "global_database.secret",
                allowed,
                got,
                fix,
                rule=CHARACTERS,
                resource=resource,
            )


def _user_in(template: str) -> Any:
    """Return the user's name of a secret's fields; None where they are no object that has one."""
    try:
        fields = json.loads(template)
    except ValueError:
        return None
    return fields.get("username") if isinstance(fields, dict) else None
