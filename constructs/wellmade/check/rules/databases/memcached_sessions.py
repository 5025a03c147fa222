"""Sessions live in a cache with replicas."""

from collections.abc import Iterator

from wellmade.check.conditional import always_equals
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, written

_NAMES = ("ClusterName", "ServerlessCacheName", "Description", "Tags")


def _check(graph: Graph) -> Iterator[Violation]:
    for cache in graph.of_type("AWS::ElastiCache::CacheCluster", "AWS::ElastiCache::ServerlessCache"):
        if always_equals(cache.get("Engine"), "memcached") and _is_for_sessions(cache):
            yield Violation(cache, "Properties.Engine", "is memcached for sessions, must be valkey or redis")


def _is_for_sessions(cache: Resource) -> bool:
    named = " ".join([cache.logical_id, *(written(cache.get(name)) for name in _NAMES)])
    return "session" in named.lower()


RULE = Rule(
    id="memcached-sessions",
    title="Sessions live in a cache with replicas",
    severity=Severity.WARNING,
    explanation=(
        "Memcached has no replicas and no persistence: when a node is replaced or patched, everybody "
        "on it is logged out at once and loses the session."
    ),
    fix="use a Valkey or Redis replication group with automatic failover, or a table with a time to live",
    source="https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SelectEngine.html",
    check=_check,
)
