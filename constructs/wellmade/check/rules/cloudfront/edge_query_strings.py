"""Static files are cached without query strings."""

from collections.abc import Iterator, Mapping

from wellmade.check.conditional import always_equals, possibly_set
from wellmade.check.distributions import DISTRIBUTION, behaviours, static_origins
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.cloudfront import ALL_QUERY_STRINGS, FORWARDED_QUERY_STRINGS
from wellmade.graph import Graph, Value, as_list, as_mapping, flag, written

_POLICY = "AWS::CloudFront::CachePolicy"
_REQUEST_POLICY = "AWS::CloudFront::OriginRequestPolicy"
_PASSED = "OriginRequestPolicyConfig.QueryStringsConfig.QueryStringBehavior"
_BEHAVIOUR = (
    "CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig.QueryStringBehavior"
)
_CODE = ("LambdaFunctionAssociations", "FunctionAssociations")


def _check(graph: Graph) -> Iterator[Violation]:
    for distribution in graph.of_type(DISTRIBUTION):
        static = static_origins(graph, distribution)
        for path, behaviour in behaviours(distribution):
            is_static = written(behaviour.get("TargetOriginId")) in static
            if not is_static or _uses_them(behaviour):
                continue
            if _caches_all(graph, behaviour):
                message = "keeps a copy for each query string of files in a bucket, which has no use for them"
                yield Violation(distribution, f"Properties.{path}", message)
            elif _passes_all(graph, behaviour):
                message = (
                    "asks the bucket with query strings that the cache does not know: S3 answers by some of "
                    "them, such as response-content-type, and everybody gets that copy"
                )
                fix = "leave OriginRequestPolicyId out, or take CORS-S3Origin"
                yield Violation(distribution, f"Properties.{path}", message, fix)


def _uses_them(behaviour: Mapping[str, Value]) -> bool:
    """Code at the edge or signed uploads may need the query string."""
    return any(possibly_set(behaviour.get(name)) for name in _CODE) or any(
        method not in ("GET", "HEAD", "OPTIONS") for method in as_list(behaviour.get("AllowedMethods"))
    )


def _passes_all(graph: Graph, behaviour: Mapping[str, Value]) -> bool:
    given = behaviour.get("OriginRequestPolicyId")
    policy = graph.target(given, _REQUEST_POLICY)
    if policy:
        return always_equals(policy.get(_PASSED), "all", "allExcept")
    return always_equals(given, *FORWARDED_QUERY_STRINGS)


def _caches_all(graph: Graph, behaviour: Mapping[str, Value]) -> bool:
    given = behaviour.get("CachePolicyId")
    policy = graph.target(given, _POLICY)
    if policy:
        return always_equals(policy.get(_BEHAVIOUR), "all", "allExcept")
    if always_equals(given, *ALL_QUERY_STRINGS):
        return True
    forwarded = as_mapping(behaviour.get("ForwardedValues"))
    return flag(forwarded.get("QueryString")) is True and not possibly_set(
        forwarded.get("QueryStringCacheKeys")
    )


RULE = Rule(
    id="edge-query-strings",
    title="Static files are cached without query strings",
    severity=Severity.WARNING,
    explanation=(
        "Each tracking parameter makes a copy of its own, so hardly a request is answered from the cache. A "
        "stranger who counts up a parameter sends every request to the bucket, at your cost. Where the "
        "bucket is asked with query strings that the cache leaves out, a stranger chooses by S3's response- "
        "parameters what everybody else gets until the copy ends."
    ),
    fix="use the managed policy CachingOptimized, or set QueryStringBehavior to none",
    source="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/QueryStringParameters.html",
    check=_check,
)
