"""Topic policies name who may use the topic."""

from collections.abc import Iterator

from wellmade.check.policies import open_to_everybody
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    return open_to_everybody(
        graph, ("AWS::SNS::TopicPolicy", "AWS::SNS::TopicInlinePolicy"), "PolicyDocument"
    )


RULE = Rule(
    id="public-topic",
    title="Topic policies name who may use the topic",
    severity=Severity.ERROR,
    explanation=(
        "Anybody on the internet can publish to all your subscribers, or subscribe and read what you "
        "publish. Nothing fails, so it goes unnoticed."
    ),
    fix="name the principal, or add a condition on aws:SourceArn or aws:PrincipalOrgID",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",
    check=_check,
)
