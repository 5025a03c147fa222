"""Pages of named origins alone may write to a bucket."""

from collections.abc import Iterator

from wellmade.check.buckets import BUCKET
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, as_list, as_mapping

_WRITES = {"PUT", "POST", "DELETE"}


def _check(graph: Graph) -> Iterator[Violation]:
    for bucket in graph.of_type(BUCKET):
        for number, rule in enumerate(map(as_mapping, as_list(bucket.get("CorsConfiguration.CorsRules")))):
            methods = sorted(each for each in as_list(rule.get("AllowedMethods")) if str(each) in _WRITES)
            if methods and "*" in as_list(rule.get("AllowedOrigins")):
                path = f"Properties.CorsConfiguration.CorsRules.{number}.AllowedOrigins"
                yield Violation(
                    bucket, path, f"lets pages of every origin send {' and '.join(map(str, methods))}"
                )


RULE = Rule(
    id="bucket-cors",
    title="Pages of named origins alone may write to a bucket",
    severity=Severity.ADVICE,
    explanation=(
        "Whoever gets hold of a presigned URL, by a log or a link that was forwarded, can use it from a "
        "page of their own in the browser of anybody. Named origins cost one line."
    ),
    fix="name the origins of your own pages",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html",
    check=_check,
)
