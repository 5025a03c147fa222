"""Permissions for buckets name the account."""

import re
from collections.abc import Iterator

from wellmade.check.conditional import never_set
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, written


def _check(graph: Graph) -> Iterator[Violation]:
    for permission in graph.of_type("AWS::Lambda::Permission"):
        named = written(permission.get("SourceArn"))
        is_bucket = permission.get("Principal") == "s3.amazonaws.com" and _IS_LITERAL(named)
        if is_bucket and never_set(permission.properties, "SourceAccount"):
            message = "is missing, and the ARN of a bucket holds no account: whoever has the name may call"
            yield Violation(permission, "Properties.SourceAccount", message)


_IS_LITERAL = re.compile(r"^arn:[^:]*:s3:::").match


RULE = Rule(
    id="source-account",
    title="Permissions for buckets name the account",
    severity=Severity.ERROR,
    explanation=(
        "The ARN of a bucket holds no account, and names of deleted buckets are free for "
        "everybody. Whoever registers the name again may call the function."
    ),
    fix="set SourceAccount to {Ref: AWS::AccountId}",
    source="https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
    check=_check,
)
