"""What the tokens of pipelines say of whose they are, and the roles that the CDK deploys with.

Sources: https://docs.github.com/en/actions/reference/security/oidc,
https://docs.gitlab.com/ci/secrets/id_token_authentication and
https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
"""

import re
from typing import Literal

Host = Literal["github", "gitlab"]

ISSUERS: dict[Host, str] = {"github": "token.actions.githubusercontent.com", "gitlab": "gitlab.com"}
"""Host names of who signs the tokens."""
GITHUB_AUDIENCE = "sts.amazonaws.com"
"""What aws-actions/configure-aws-credentials asks a token for; a job of GitLab names its own."""
QUALIFIER = "hnb659fds"
"""In the names of the roles of `cdk bootstrap`, unless it is told another."""
CDK_ROLES = ("deploy-role", "file-publishing-role", "image-publishing-role", "lookup-role")
"""What the CDK command line assumes; the role that CloudFormation works with is passed by the first."""

_SUBJECT = re.compile(r"(repo|project_path):([^:]*):(.*)")
_ANYWHERE: dict[str, tuple[str, ...]] = {
    "repo": ("ref:refs/heads/any-branch", "environment:any-name", "pull_request"),
    "project_path": ("ref_type:branch:ref:any-branch",),
}
"""What anybody who may push gets a token for: a branch, and an environment that nobody has protected."""


def subject(host: Host, repository: str, *, branch: str | None, environment: str | None) -> str:
    """Return what `sub` is in the tokens of one branch or environment of a repository.

    Args:
        host: Whose pipelines.
        repository: With its owner or groups.
        branch: Without `refs/heads/`.
        environment: Of GitHub; given, a job's token names it instead of the branch.
    """
    if host == "gitlab":
        return f"project_path:{repository}:ref_type:branch:ref:{branch}"
    return f"repo:{repository}:" + (
        f"environment:{environment}" if environment else f"ref:refs/heads/{branch}"
    )


def takes_any_branch(pattern: str) -> bool:
    """Tell whether a pattern of subjects takes tokens of a branch or environment that it does not name."""
    found = _SUBJECT.fullmatch(pattern)
    return found is not None and any(_glob(found[3]).fullmatch(each) for each in _ANYWHERE[found[1]])


def _glob(pattern: str) -> re.Pattern[str]:
    """Return a pattern of IAM, in which only `*` and `?` stand for others."""
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(each) or re.escape(each) for each in pattern))
