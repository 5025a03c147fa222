"""Caches are encrypted in transit."""

from collections.abc import Iterator

from wellmade.check.conditional import not_on
from wellmade.check.databases import none_given
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, text

_SETTING = "TransitEncryptionEnabled"
_INHERITED = ("GlobalReplicationGroupId", "SnapshotArns", "SnapshotName")


def _check(graph: Graph) -> Iterator[Violation]:
    for group in graph.of_type("AWS::ElastiCache::ReplicationGroup"):
        if not_on(group, _SETTING) and none_given(group, *_INHERITED) and not _predates_tls(group):
            yield Violation(group, f"Properties.{_SETTING}", "is not on (default false), must be true")


def _predates_tls(group: Resource) -> bool:
    """Redis 2 has no TLS at all: the setting would be refused, and its end of life is another matter."""
    return (text(group.get("EngineVersion")) or "").startswith("2.")


RULE = Rule(
    id="cache-in-transit",
    title="Caches are encrypted in transit",
    severity=Severity.WARNING,
    explanation=(
        "Sessions and personal data travel unencrypted within the network, and without TLS the cache takes "
        "no password: whoever reaches the port reads everything."
    ),
    fix="set TransitEncryptionEnabled to true and let clients connect over TLS",
    source="https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html",
    check=_check,
)
