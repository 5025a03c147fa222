"""What the answers leave out, each with what it may change."""

from wellmade.capacity.known_values import KnownValues
from wellmade.capacity.names import short

_ALWAYS = (
    ("bursts within seconds", "callers that wait may be refused, and ages be longer, near a full limit"),
    (
        "cold starts",
        "the first runs take longer; say seconds that include them for a service that scales often",
    ),
    ("waits between retries", "a message that failed is older than reported by its visibility timeouts"),
)
_UNSEEN = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "state arrivals at the function or service behind it",
    "AWS::Scheduler::Schedule": "state its messages as arrivals of what it calls",
    "AWS::Pipes::Pipe": "its own concurrency is not judged; state arrivals behind it",
    "AWS::StepFunctions::StateMachine": "executions and their quota of transitions are not judged",
    "AWS::Serverless::StateMachine": "executions and their quota of transitions are not judged",
    "AWS::KinesisFirehose::DeliveryStream": "its buffering and its quota are not judged",
    "AWS::AppSync::GraphQLApi": "its quota of requests is not judged",
    "AWS::ElastiCache::ReplicationGroup": "its connections and its throughput are not judged",
    "AWS::ElastiCache::ServerlessCache": "its connections and its throughput are not judged",
}


def always_left_out(known: KnownValues) -> None:
    """Mention what no answer takes into account, and what of these templates is not judged."""
    for kind, effect in _UNSEEN.items():
        for resource in known.graph.of_type(kind):
            known.leave(f"{short(resource)} ({kind.removeprefix('AWS::')})", effect)
    for what, effect in _ALWAYS:
        known.leave(what, effect)
