"""Bucket policies refuse requests without TLS."""

from collections.abc import Iterator

from wellmade.check.delivery.statements import are_told
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Kind, Statement, as_mapping


def _check(graph: Graph) -> Iterator[Violation]:
    for bucket in graph.of_type("AWS::S3::Bucket"):
        policies = [edge.via for edge in graph.edges(Kind.GUARDS, target=bucket) if edge.via.type == _POLICY]
        statements = graph.policies_on(bucket)
        if policies and statements and all(map(are_told, policies)) and not any(map(_refuses, statements)):
            yield Violation(policies[0], "Properties.PolicyDocument", _MESSAGE % bucket.logical_id)


def _refuses(statement: Statement) -> bool:
    """Tell whether a statement denies by the transport, or by the version of TLS."""
    keys = {str(key).lower() for each in statement.conditions.values() for key in as_mapping(each)}
    return statement.effect == "Deny" and bool(keys & {"aws:securetransport", "s3:tlsversion"})


_POLICY = "AWS::S3::BucketPolicy"
_MESSAGE = "lets requests to %s in without TLS"


RULE = Rule(
    id="bucket-tls",
    title="Bucket policies refuse requests without TLS",
    severity=Severity.ADVICE,
    explanation=(
        "S3 answers over plain HTTP as well. A client that is set up so sends data and signatures "
        "for everybody on the way to read."
    ),
    fix="add a statement that denies s3:* when aws:SecureTransport is false",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
    check=_check,
)
