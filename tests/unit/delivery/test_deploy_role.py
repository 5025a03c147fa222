"""A pipeline deploys from one branch or environment of one repository, for an hour, and does nothing else."""

import json
import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from tests.templates import of_type, the
from wellmade.delivery import DeployRole
from wellmade.foundation import RefusedError
from wellmade.prove.policy import Authorizer, Policy, Request
from wellmade.testing import synthesize

ROLE, PROVIDER = "AWS::IAM::Role", "AWS::IAM::OIDCProvider"
GITHUB, GITLAB = "token.actions.githubusercontent.com", "gitlab.com"
AUDIENCE = "sts.amazonaws.com"
PRODUCTION = "repo:octo/shop:environment:production"


def define(stack: cdk.Stack, construct_id: str = "Deploy", **options: Any) -> DeployRole:
    place = {} if "branch" in options else {"environment": "production"}
    return DeployRole(stack, construct_id, **{"repository": "octo/shop", **place, **options})


def synthesized(**options: Any) -> dict[str, Any]:
    return synthesize(lambda stack: define(stack, **options))


def trust(template: dict[str, Any]) -> dict[str, Any]:
    [statement] = the(template, ROLE)["AssumeRolePolicyDocument"]["Statement"]
    found: dict[str, Any] = statement
    return found


def lets_in(template: dict[str, Any], **claims: str) -> bool:
    """Ask IAM's decision of a token's claims."""
    [issuer] = {key.rpartition(":")[0] for key in trust(template)["Condition"]["StringEquals"]}
    statement = {**trust(template), "Resource": "*"}
    del statement["Principal"]
    context = {f"{issuer}:{claim}": value for claim, value in claims.items()}
    policy = Policy.parse({"Statement": [statement]}, "Trust")
    return Authorizer([policy]).decide(Request("sts:AssumeRoleWithWebIdentity", context=context)).allowed


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesized()


@pytest.mark.parametrize(
    ("subject", "allowed"),
    [
        (PRODUCTION, True),
        ("repo:octo/shop:environment:staging", False),
        ("repo:octo/shop:environment:production-2", False),
        ("repo:octo/shop:environment:Production", False),
        ("repo:octo/shop:ref:refs/heads/main", False),
        ("repo:octo/shop:ref:refs/tags/v1", False),
        ("repo:octo/shop:pull_request", False),
        ("repo:octo/shop-fork:environment:production", False),
        ("repo:stranger/shop:environment:production", False),
        ("repo:octo@1/shop@2:environment:production", False),
        ("", False),
    ],
)
def test_trusts_one_place_of_one_repository(template: dict[str, Any], subject: str, *, allowed: bool) -> None:
    assert lets_in(template, sub=subject, aud=AUDIENCE) is allowed


@pytest.mark.parametrize(
    "claims", [{"sub": PRODUCTION}, {"aud": AUDIENCE}, {"sub": PRODUCTION, "aud": "api"}]
)
def test_trusts_no_token_for_somebody_else(template: dict[str, Any], claims: dict[str, str]) -> None:
    assert not lets_in(template, **claims)


@pytest.mark.parametrize(
    ("options", "issuer", "subject", "audience"),
    [
        ({"branch": "main"}, GITHUB, "repo:octo/shop:ref:refs/heads/main", AUDIENCE),
        ({"branch": "release/1.x"}, GITHUB, "repo:octo/shop:ref:refs/heads/release/1.x", AUDIENCE),
        (
            {"repository": "octo@12/shop@34"},
            GITHUB,
            "repo:octo@12/shop@34:environment:production",
            AUDIENCE,
        ),
        (
            {"host": "gitlab", "repository": "shop/web/orders", "branch": "main"},
            GITLAB,
            "project_path:shop/web/orders:ref_type:branch:ref:main",
            "https://gitlab.com",
        ),
        (
            {"host": "gitlab", "repository": "shop/web", "branch": "main", "issuer": "git.shop.example"},
            "git.shop.example",
            "project_path:shop/web:ref_type:branch:ref:main",
            "https://git.shop.example",
        ),
        (
            {"issuer": "git.shop.example/_services/token"},
            "git.shop.example/_services/token",
            PRODUCTION,
            AUDIENCE,
        ),
    ],
)
def test_says_what_the_token_says(options: dict[str, Any], issuer: str, subject: str, audience: str) -> None:
    made = synthesized(**options)
    assert trust(made)["Condition"] == {"StringEquals": {f"{issuer}:sub": subject, f"{issuer}:aud": audience}}
    assert the(made, PROVIDER) == {"Url": f"https://{issuer}", "ClientIdList": [audience]}


def test_grants_the_roles_of_the_cdk_by_name_and_no_more(template: dict[str, Any]) -> None:
    role = the(template, ROLE)
    [policy] = role["Policies"]
    [statement] = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "sts:AssumeRole"
    assert "*" not in json.dumps(statement)
    names = ["deploy", "file-publishing", "image-publishing", "lookup"]
    assert re.findall(r"cdk-hnb659fds-([a-z-]+)-role-", json.dumps(statement["Resource"])) == names
    assert "ManagedPolicyArns" not in role
    assert role["MaxSessionDuration"] == 3600


def test_deploys_to_the_accounts_and_regions_that_are_named() -> None:
    places = [
        cdk.Environment(account="111122223333", region="eu-west-1"),
        cdk.Environment(region="us-east-1"),
    ]
    text = json.dumps(the(synthesized(targets=places, qualifier="shop"), ROLE)["Policies"])
    assert "iam::111122223333:role/cdk-shop-deploy-role-111122223333-eu-west-1" in text
    assert text.count("-us-east-1") == 4
    assert "hnb659fds" not in text


def test_roles_of_a_stack_share_the_provider_that_an_account_has_one_of() -> None:
    def build(stack: cdk.Stack) -> None:
        define(stack)
        define(stack, "Staging", environment="staging")
        define(stack, "OfGitLab", host="gitlab", branch="main")

    assert sorted(each["Url"] for each in of_type(synthesize(build), PROVIDER)) == [
        "https://gitlab.com",
        f"https://{GITHUB}",
    ]


def test_takes_the_provider_that_the_account_has() -> None:
    arn = f"arn:aws:iam::111122223333:oidc-provider/{GITHUB}"

    def build(stack: cdk.Stack) -> None:
        define(stack, provider=iam.OidcProviderNative.from_oidc_provider_arn(stack, "Known", arn))

    made = synthesize(build)
    assert of_type(made, PROVIDER) == []
    assert trust(made)["Principal"] == {"Federated": arn}


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "deploy_role")


EITHER = "give environment=, which can ask for an approval, or branch="
ONE = "name one, such as main; define a role for each that deploys"
OWNER = "repository must be one repository with its owner, without wildcards"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"repository": "octo/*"}, f"{OWNER}, got 'octo/*'; write it as its page has it, such as octo/shop"),
        ({"repository": "*"}, f"{OWNER}, got '*'; write it as its page has it, such as octo/shop"),
        ({"repository": "shop"}, f"{OWNER}, got 'shop'; write it as its page has it, such as octo/shop"),
        (
            {"repository": "octo/shop:ref"},
            f"{OWNER}, got 'octo/shop:ref'; write it as its page has it, such as octo/shop",
        ),
        (
            {"host": "gitlab", "repository": "group", "branch": "main"},
            f"{OWNER}, got 'group'; write it as its page has it, such as group/shop",
        ),
        ({"branch": None}, f"branch must be given, or an environment, not both, got neither; {EITHER}"),
        (
            {"branch": "main", "environment": "production"},
            f"branch must be given, or an environment, not both, got both; {EITHER}",
        ),
        ({"branch": "*"}, f"branch must be one name without wildcards, got '*'; {ONE}"),
        ({"branch": "release/*"}, f"branch must be one name without wildcards, got 'release/*'; {ONE}"),
        (
            {"branch": "refs/heads/main"},
            f"branch must be one name without wildcards, got 'refs/heads/main'; {ONE}",
        ),
        ({"environment": "prod?"}, f"environment must be one name without wildcards, got 'prod?'; {ONE}"),
        (
            {"host": "gitlab"},
            "environment must be left out for gitlab, got 'production'; "
            "give branch= instead, and protect it: GitLab's subject tells of the branch alone",
        ),
        (
            {"host": "bitbucket"},
            "host must be github or gitlab, got 'bitbucket'; name whose pipelines deploy",
        ),
        (
            {"issuer": "git.shop.example:8443"},
            "issuer must be a host name, with its path, got 'git.shop.example:8443'; "
            "leave https:// and a port away, such as gitlab.example.com",
        ),
        (
            {"issuer": "https://git.shop.example"},
            "issuer must be a host name, with its path, got 'https://git.shop.example'; "
            "leave https:// and a port away, such as gitlab.example.com",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(RefusedError, match=f"^{re.escape(f'Test/Deploy: {message}')}$"):
        define(stack, **options)


ALONE = "take it back at Test/Deploy: the role deploys and does nothing else"


def test_refuses_at_synth_a_wider_trust(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    wider = {"StringLike": {f"{GITHUB}:sub": "repo:octo/shop:*"}}
    define(stack).resource.add_property_override("AssumeRolePolicyDocument.Statement.0.Condition", wider)
    message = f"AssumeRolePolicyDocument must be for {PRODUCTION} alone, got a wider or another one; {ALONE}"
    assert f"Test/Deploy: {message}" in refused()


def test_refuses_at_synth_whoever_else_is_let_in(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    trusted = define(stack).assume_role_policy
    assert trusted is not None
    trusted.add_statements(
        iam.PolicyStatement(
            actions=["sts:AssumeRole"], principals=[iam.ServicePrincipal("ec2.amazonaws.com")]
        )
    )
    assert f"alone, got a wider or another one; {ALONE}" in refused()


def test_refuses_at_synth_longer_sessions(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    define(stack).resource.max_session_duration = 7200
    assert f"Test/Deploy: MaxSessionDuration must be at most 3600 s, got 7200; {ALONE}" in refused()


OTHERS: list[tuple[Callable[[DeployRole], object], str]] = [
    (
        lambda role: role.add_to_policy(
            iam.PolicyStatement(actions=["s3:GetObject"], resources=["arn:aws:s3:::b/k"])
        ),
        "DeployDefaultPolicy3BD79F2C",
    ),
    (
        lambda role: role.add_managed_policy(
            iam.ManagedPolicy.from_aws_managed_policy_name("AdministratorAccess")
        ),
        "managed policies",
    ),
    (
        lambda role: role.resource.add_property_override(
            "Policies.0.PolicyDocument.Statement.0.Action", "sts:*"
        ),
        "sts:* in Cdk",
    ),
]


@pytest.mark.parametrize(("grant", "got"), OTHERS)
def test_refuses_at_synth_any_other_grant(
    stack: cdk.Stack, refused: Callable[[], str], grant: Callable[[DeployRole], object], got: str
) -> None:
    grant(define(stack))
    message = f"policies must be the one on the roles of cdk bootstrap, got {got}"
    assert re.sub(r"Policy[0-9A-F]{8}", "Policy", message) in re.sub(
        r"Policy[0-9A-F]{8}", "Policy", refused()
    )
