"""The role that a pipeline deploys with, without a key that could leak."""

from collections.abc import Sequence
from typing import cast

from aws_cdk import Duration, Environment
from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.delivery.deploy_role_rules import (
    LONGEST,
    DeployRoleRules,
    refuse_wrong_issuer,
    refuse_wrong_place,
    refuse_wrong_repository,
)
from wellmade.facts.pipelines import CDK_ROLES, GITHUB_AUDIENCE, ISSUERS, QUALIFIER, Host, subject
from wellmade.kit.lookups import default_child, path_of, settle, stack_of
from wellmade.kit.synth_checks import check_at_synth

SESSION = Duration.seconds(LONGEST)
PROVIDER = "PipelineTokens"


class DeployRole(iam.Role):
    """Let the pipeline of one repository deploy CDK apps from one branch or environment, without a key.

    Defines: role for OpenID Connect, whose trust compares the token's `sub` and `aud` exactly and whose
    sessions end after an hour; it may assume the roles of `cdk bootstrap`, and do nothing else. The identity
    provider is defined once in a stack for all its deploy roles.

    Prefer an environment: GitHub lets you require an approval for it and say which branches may use it,
    while a branch is as safe as its protection. A job that names an environment has a token of that
    environment, not of its branch. Names compare with their case. GitHub puts numbers into the tokens of
    repositories that were made or renamed since 15 July 2026: write those as
    `octo@1234/shop@5678`, as `gh api repos/octo/shop --jq '.owner.id, .id'` tells them.

    docs/workflows/deploy.yml is a workflow to copy: it proves a change, deploys it to staging, tries it there
    and asks for an approval before production.

    Runbook:
        `Not authorized to perform sts:AssumeRoleWithWebIdentity`: compare `sub` of the token with the role's
        trust; CloudTrail has it as `userIdentity.userName` of the failed call. A job without
        `permissions: id-token: write` has no token. An environment's name, a fork, a tag or a pull request
        each have another subject.
        `cdk deploy` says that it could not assume a role: bootstrap the account and region, with the same
        qualifier; `targets` must name them.

    Example:
        DeployRole(self, "Deploy", repository="octo/shop", environment="production")

    Args:
        repository: With its owner or groups: `octo/shop`.
        branch: Whose pushes may deploy: `main`. Default: none; then `environment` is needed.
        environment: Of GitHub, whose jobs may deploy. Default: none; then `branch` is needed.
        host: `github` or `gitlab`. Default: `github`.
        issuer: Host name of your own GitLab or GitHub Enterprise Server, with its path. Default: that of
            gitlab.com or github.com.
        provider: The account's identity provider of this issuer, of which there can be one only. Default: one
            is defined in the stack.
        targets: Accounts and regions that are deployed to; those of other accounts trust this one in
            `cdk bootstrap --trust`. Default: where the stack is.
        qualifier: Of `cdk bootstrap`. Default: `hnb659fds`.
        role_name: The role's name. Default: CloudFormation gives one.

    Raises:
        RefusedError: If the repository, the branch or the environment is left open; at synth also if the
            trust was widened, the role was granted anything else, or its sessions last longer.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        repository: str,
        branch: str | None = None,
        environment: str | None = None,
        host: Host = "github",
        issuer: str | None = None,
        provider: iam.IOidcProvider | iam.OidcProviderNative | None = None,
        targets: Sequence[Environment] = (),
        qualifier: str = QUALIFIER,
        role_name: str | None = None,
    ) -> None:
        settle(self, scope, construct_id)
        path = path_of(self)
        refuse_wrong_repository(path, host, repository)
        refuse_wrong_place(path, host, branch, environment)
        refuse_wrong_issuer(path, issuer)
        signed_by = issuer or ISSUERS[host]
        audience = GITHUB_AUDIENCE if host == "github" else f"https://{signed_by}"
        tokens = provider or _provider(scope, signed_by, audience)
        trusted = {
            f"{signed_by}:sub": subject(host, repository, branch=branch, environment=environment),
            f"{signed_by}:aud": audience,
        }
        super().__init__(
            scope,
            construct_id,
            role_name=role_name,
            description=f"Deploys from {repository}, {environment or branch}.",
            max_session_duration=SESSION,
            assumed_by=cast(
                iam.IPrincipal,
                iam.WebIdentityPrincipal(tokens.oidc_provider_arn, conditions={"StringEquals": trusted}),
            ),
            inline_policies={"Cdk": _assuming(scope, targets, qualifier)},
        )
        check_at_synth(self, DeployRoleRules(self, self.resource, trusted).broken)

    @property
    def resource(self) -> iam.CfnRole:
        """The CloudFormation resource, for properties that this class has no option for."""
        return cast(iam.CfnRole, default_child(self))


def _assuming(scope: Construct, targets: Sequence[Environment], qualifier: str) -> iam.PolicyDocument:
    """Return a policy on the roles of `cdk bootstrap`, each by its whole name."""
    stack = stack_of(scope)
    places = [(each.account or stack.account, each.region or stack.region) for each in targets]
    arns = [
        f"arn:{stack.partition}:iam::{account}:role/cdk-{qualifier}-{name}-{account}-{region}"
        for account, region in places or [(stack.account, stack.region)]
        for name in CDK_ROLES
    ]
    return iam.PolicyDocument(statements=[iam.PolicyStatement(actions=["sts:AssumeRole"], resources=arns)])


def _provider(scope: Construct, issuer: str, audience: str) -> iam.OidcProviderNative:
    """Return the stack's identity provider of an issuer; an account takes one of each."""
    stack = stack_of(scope)
    name = f"{PROVIDER}-{issuer.replace('/', '-')}"
    known = stack.node.try_find_child(name)
    if known is not None:
        return cast(iam.OidcProviderNative, known)
    return iam.OidcProviderNative(stack, name, url=f"https://{issuer}", client_ids=[audience])
