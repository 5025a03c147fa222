"""What the answers leave out, each with what it may change."""

from wellmade.capacity.alarms import mention_others
from wellmade.capacity.known_values import APIS, COMPUTE, STATE_MACHINES, KnownValues, is_source
from wellmade.capacity.names import short
from wellmade.graph import Kind, Resource, as_mapping, document
from wellmade.graph.resolve.state_machines import definition_of

_ALWAYS = (
    ("bursts within seconds", "callers that wait may be refused, and ages be longer, near a full limit"),
    (
        "cold starts",
        "the first runs take longer; say seconds that include them for a service that scales often",
    ),
    ("waits between retries", "a message that failed is older than reported by its visibility timeouts"),
)
_CALLS = (Kind.PUBLISHES, Kind.INVOKES_ASYNC, Kind.INVOKES_SYNC, Kind.ROUTES, Kind.WRITES, Kind.READS)
_ELSEWHERE = (
    *("Definition", "DefinitionString", "DefinitionUri", "DefinitionS3Location"),
    *("Body", "BodyS3Location", "DefinitionBody"),
)
_UNSEEN = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "its own quotas are not judged; state arrivals behind it",
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
    for nested in known.graph.of_type("AWS::CloudFormation::Stack", "AWS::Serverless::Application"):
        if not any(one.startswith(f"{nested.id}/") for one in known.graph.resources):
            known.leave(
                f"{short(nested)}: its template is not beside this one, and was not read",
                "its consumers, reservations and alarms are missing",
            )
    mention_others(known)
    for idle in idle_workers(known):
        known.leave(
            f"{short(idle)}: nothing arrives at it",
            "what it takes of shared limits is not judged; state arrivals at it or at what calls it",
        )
    for what, effect in _ALWAYS:
        known.leave(what, effect)


def mention_undefined(known: KnownValues) -> None:
    """Say what takes messages and hands them on to nobody knows what: its definition is in another file."""
    for one in known.graph.of_type(*STATE_MACHINES, *APIS):
        hands_on = known.calls(one) or any(edge.kind in _CALLS for edge in known.graph.edges(source=one))
        if one.id in known.reached and not hands_on and not _is_read(one):
            how = "state arrivals at the functions instead"
            known.undecided(f"what {short(one)} calls: its definition is not read; {how}")


def _is_read(resource: Resource) -> bool:
    """Tell whether a definition is there to be read, or none is given."""
    if all(resource.get(key) is None for key in _ELSEWHERE):
        return True
    body = as_mapping(document(resource.get("Body", resource.get("DefinitionBody"))))
    return "paths" in body or (resource.type in STATE_MACHINES and bool(definition_of(resource)))


def idle_workers(known: KnownValues) -> list[Resource]:
    """Return the functions and tasks that no message reaches, without those that serve deployments alone."""
    return [
        one
        for one in known.graph.of_type(*COMPUTE)
        if one.id not in known.reached and not _serves_deployments(known, one)
    ]


def _serves_deployments(known: KnownValues, function: Resource) -> bool:
    callers = [
        edge.source
        for edge in known.graph.edges(target=function)
        if edge.kind in (Kind.INVOKES_SYNC, Kind.INVOKES_ASYNC)
    ]
    tokens = (one.get("ServiceToken") for one in known.graph.resources.values() if not is_source(one))
    serves = bool(callers) or any(known.graph.function(token) is function for token in tokens if token)
    return serves and not any(is_source(one) for one in callers)
