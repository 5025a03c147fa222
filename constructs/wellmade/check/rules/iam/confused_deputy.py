"""Resource policies restrict service principals to a source (confused deputy)."""

import re
from collections.abc import Iterator

from wellmade.check.policies import Granted, granted
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, as_list, text, written

# What services say on whose behalf they come, by the type of the policy that lets them in.
_POLICIES = {
    "AWS::SQS::QueuePolicy": "PolicyDocument",
    "AWS::SNS::TopicPolicy": "PolicyDocument",
    "AWS::S3::BucketPolicy": "PolicyDocument",
    "AWS::KMS::Key": "KeyPolicy",
}
_OF_ACCOUNT = re.compile(r".+/(?:.*/)?(?:\$\{AWS::AccountId\}|\d{12})/").match
_SERVICES = {
    "AWS::SQS::QueuePolicy": r"s3|sns|events",
    "AWS::SNS::TopicPolicy": r"s3|cloudwatch|ses",
    "AWS::S3::BucketPolicy": r"cloudfront|cloudtrail|config|delivery\.logs|logging\.s3|s3|ses|logs(\.\S+)?",
    "AWS::KMS::Key": r"s3",
}


def _check(graph: Graph) -> Iterator[Violation]:
    for kind, path in _POLICIES.items():
        telling = re.compile(rf"({_SERVICES[kind]})\.amazonaws\.com")
        for policy in graph.of_type(kind):
            for statement in granted(graph, policy, path):
                yield from _unbound(statement, telling)


def _unbound(statement: Granted, telling: re.Pattern[str]) -> Iterator[Violation]:
    services = [text(service) or "" for service in statement.principals("Service")]
    found = [service for service in services if telling.fullmatch(service)]
    others = statement.principals("AWS") or statement.principals("Federated")
    silent = not _says_whose(statement) and not _names_account(statement)
    if found and not others and silent and not statement.is_narrowed and not _only_looks(statement):
        yield statement.violation(
            "Principal", f"lets {', '.join(found)} in for any account, must name a source"
        )


def _says_whose(statement: Granted) -> bool:
    """Tell whether a condition names the source; one on anything else but transport and ACL may as well."""
    return statement.restricts and set(statement.condition_keys()) != {"s3:x-amz-acl"}


def _names_account(statement: Granted) -> bool:
    """Tell whether each resource is a path of this account's own, as the logs of services are."""
    resources = [written(value) for value in as_list(statement.entry.get("Resource"))]
    return bool(resources) and all(map(_OF_ACCOUNT, resources))


def _only_looks(statement: Granted) -> bool:
    """Tell whether it lets the service only look at how a bucket is set up, which gives nothing away."""
    return set(statement.actions) <= {"s3:GetBucketAcl", "s3:ListBucket", "s3:GetBucketLocation"}


RULE = Rule(
    id="confused-deputy",
    title="Resource policies restrict service principals to a source (confused deputy)",
    severity=Severity.ERROR,
    explanation=(
        "The service works for all customers of AWS. Another account can make it use your resource, "
        "and your policy cannot distinguish their call from yours."
    ),
    fix="add a condition on aws:SourceArn or aws:SourceAccount",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    check=_check,
)
