"""Topics let in the services that publish to them."""

from wellmade.check.delivery.every import missing
from wellmade.check.rule import Rule, Severity

RULE = Rule(
    id="topic-policy",
    title="Topics let in the services that publish to them",
    severity=Severity.ERROR,
    explanation=(
        "CloudWatch, EventBridge and S3 publish for themselves. A topic's policy takes the place "
        "of the default one, so whoever it does not name is shut out: the alarm goes off and "
        "nobody hears of it."
    ),
    fix="let the service in with the topic's policy, for this sender only",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html",
    check=missing("topic-policy"),
)
