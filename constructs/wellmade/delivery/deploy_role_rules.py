"""What a deploy role refuses: a repository or branch that is left open, and anything but deploying."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from aws_cdk import aws_iam as iam
from constructs import IConstruct

from wellmade.facts.pipelines import Host
from wellmade.kit.lookups import path_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized

LONGEST = 3_600
_NAME = r"[\w.-]+"
_REPOSITORIES: dict[Host, tuple[re.Pattern[str], str]] = {
    "github": (re.compile(rf"{_NAME}(@\d+)?/{_NAME}(@\d+)?"), "octo/shop"),
    "gitlab": (re.compile(rf"{_NAME}(/{_NAME})+"), "group/shop"),
}
_ISSUER = re.compile(r"[\w-]+(\.[\w-]+)+(/[\w./-]*\w)?")
"""IAM takes no port: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html"""
_OPEN = re.compile(r"[*?$\s:]")
_POLICIES = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
_BESIDE = ("AWS::IAM::RolePolicy",)


def refuse_wrong_repository(path: str, host: Host, repository: str) -> None:
    """Raise unless one repository is named.

    Raises:
        RefusedError: If it is not.
    """
    if host not in _REPOSITORIES:
        raise refusal(path, "host", "github or gitlab", repr(host), "name whose pipelines deploy")
    pattern, example = _REPOSITORIES[host]
    if not pattern.fullmatch(repository):
        fix = f"write it as its page has it, such as {example}"
        allowed = "one repository with its owner, without wildcards"
        raise refusal(path, "repository", allowed, repr(repository), fix, rule="oidc-subject")


def refuse_wrong_place(path: str, host: Host, branch: str | None, environment: str | None) -> None:
    """Raise unless one branch or one environment is named.

    Raises:
        RefusedError: If neither or both are, or anything is left open.
    """
    if host == "gitlab" and environment:
        fix = "give branch= instead, and protect it: GitLab's subject tells of the branch alone"
        raise refusal(path, "environment", "left out for gitlab", repr(environment), fix)
    if bool(branch) == bool(environment):
        got = "both" if branch else "neither"
        fix = "give environment=, which can ask for an approval, or branch="
        raise refusal(path, "branch", "given, or an environment, not both", got, fix, rule="oidc-branch")
    option, name = ("environment", environment) if environment else ("branch", branch)
    if name and (_OPEN.search(name) or name.startswith("refs/")):
        fix = "name one, such as main; define a role for each that deploys"
        raise refusal(path, option, "one name without wildcards", repr(name), fix, rule="oidc-branch")


def refuse_wrong_issuer(path: str, issuer: str | None) -> None:
    """Raise unless an issuer is a host name, with a path at most.

    Raises:
        RefusedError: If it is not.
    """
    if issuer is not None and not _ISSUER.fullmatch(issuer):
        fix = "leave https:// and a port away, such as gitlab.example.com"
        raise refusal(path, "issuer", "a host name, with its path", repr(issuer), fix)


class DeployRoleRules:
    """The role trusts one place, deploys for an hour and does nothing else, as it was synthesized.

    Args:
        scope: The pattern.
        role: Its role.
        trusted: What the token must say, exactly.
    """

    def __init__(self, scope: IConstruct, role: iam.CfnRole, trusted: Mapping[str, str]) -> None:
        self._scope, self._role, self._trusted = scope, role, dict(trusted)

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule that is broken."""
        role = synthesized.properties(self._role)
        statements: list[Mapping[str, Any]] = role.get("AssumeRolePolicyDocument", {}).get("Statement", [])
        if [each.get("Condition") for each in statements] != [{"StringEquals": self._trusted}]:
            yield self._refusal(
                "AssumeRolePolicyDocument", f"for {self._trusted_subject} alone", "a wider or another one"
            )
        if role.get("MaxSessionDuration", LONGEST) > LONGEST:
            yield self._refusal("MaxSessionDuration", f"at most {LONGEST} s", role["MaxSessionDuration"])
        more = [*self._inside(role), *self._beside(synthesized)]
        if more:
            yield self._refusal("policies", "the one on the roles of cdk bootstrap", more[0])

    @property
    def _trusted_subject(self) -> str:
        return next(value for key, value in self._trusted.items() if key.endswith(":sub"))

    def _inside(self, role: Mapping[str, Any]) -> Iterator[str]:
        for policy in role.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                if statement["Action"] != "sts:AssumeRole" or "*" in json.dumps(statement["Resource"]):
                    yield f"{statement['Action']} in {policy['PolicyName']}"
        if role.get("ManagedPolicyArns"):
            yield "managed policies"

    def _beside(self, synthesized: Synthesized) -> Iterator[str]:
        name = {"Ref": synthesized.logical_id(self._role)}
        for logical_id, resource in synthesized.resources(self._role).items():
            properties = resource.get("Properties", {})
            if resource["Type"] in _POLICIES and name in properties.get("Roles", []):
                yield logical_id
            if resource["Type"] in _BESIDE and properties.get("RoleName") == name:
                yield logical_id

    def _refusal(self, option: str, allowed: str, got: object) -> RefusedError:
        fix = f"take it back at {path_of(self._scope)}: the role deploys and does nothing else"
        rule = "oidc-branch" if option == "AssumeRolePolicyDocument" else None
        return refusal(self._scope, option, allowed, got, fix, rule=rule, resource=self._role)
