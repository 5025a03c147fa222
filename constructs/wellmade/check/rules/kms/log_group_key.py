"""Keys of log groups let CloudWatch Logs use them."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from wellmade.check.delivery.set_by_code import is_whole
from wellmade.check.policies import granted
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, Value

_KEY, _PATH = "AWS::KMS::Key", "KmsKeyId"
_SERVICE = "logs.*amazonaws.com*"
"""Of a region, and in China with another ending; `logs.amazonaws.com` is taken in some regions, too."""
_NEEDED = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey")


def _check(graph: Graph) -> Iterator[Violation]:
    for group in graph.of_type("AWS::Logs::LogGroup"):
        key = graph.target(group.get(_PATH), _KEY)
        if key is None or not is_whole(graph, key, "KeyPolicy"):
            continue
        lacks = [action for action in _NEEDED if not _may(graph, key, action)]
        if lacks:
            message = f"is a key whose policy does not let CloudWatch Logs call {', '.join(lacks)}"
            yield Violation(group, f"Properties.{_PATH}", message, cause=key.id)


def _may(graph: Graph, key: Resource, wanted: str) -> bool:
    return any(
        any(fnmatchcase(wanted.lower(), action.lower()) for action in statement.actions)
        for statement in granted(graph, key, "KeyPolicy")
        if statement.principals("AWS") == ["*"] or any(map(_is_logs, statement.principals("Service")))
    )


def _is_logs(principal: Value) -> bool:
    return not isinstance(principal, str) or principal == "*" or fnmatchcase(principal, _SERVICE)


RULE = Rule(
    id="log-group-key",
    title="Keys of log groups let CloudWatch Logs use them",
    severity=Severity.ERROR,
    explanation=(
        "CloudWatch Logs asks the key's own policy when a group is made or gets the key: the deployment "
        "fails. Where the policy loses the statement later, lines can be neither written nor read."
    ),
    fix="let logs.<region>.amazonaws.com call Encrypt*, Decrypt*, ReEncrypt*, GenerateDataKey* and Describe*",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
    check=_check,
)
