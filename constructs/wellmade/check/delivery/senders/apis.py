"""APIs: methods, integrations and authorizers that call functions and services."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from wellmade.check.delivery.deployed import Deployed
from wellmade.check.delivery.need import Need, Sender
from wellmade.check.delivery.senders.common import Place, by_role, need, qualified_type
from wellmade.graph import Edge, Graph, Kind, Resource, Value, as_mapping, attributes, options, written
from wellmade.prove.deployed.unknowns import has_unknown

_SERVICE = "apigateway.amazonaws.com"
_INVOKE = ("lambda:InvokeFunction",)
_FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
_ALL = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY", "x")
_ROUTES: "WeakKeyDictionary[Graph, dict[str, list[Resource]]]" = WeakKeyDictionary()
_FAILS = "every request is answered with 500"


def _method(deployed: Deployed, method: Resource) -> Iterator[Need]:
    api = deployed.graph.target(method.get("RestApiId"))
    integration = as_mapping(method.get("Integration"))
    if api and integration:
        place = Place(api, method, "Integration.Uri", "calls", _FAILS)
        sources = _sources(deployed, api, method)
        yield from _called(deployed, place, integration.get("Uri"), integration.get("Credentials"), sources)
        yield from _to_service(deployed, place, method, integration.get("Credentials"))


def _integration(deployed: Deployed, integration: Resource) -> Iterator[Need]:
    api = deployed.graph.target(integration.get("ApiId"))
    if api:
        place = Place(api, integration, "IntegrationUri", "calls", _FAILS)
        role, uri = integration.get("CredentialsArn"), integration.get("IntegrationUri")
        yield from _called(deployed, place, uri, role, _routed(deployed, api, integration))
        yield from _to_service(deployed, place, integration, role)


def _routed(deployed: Deployed, api: Resource, integration: Resource) -> tuple[str, ...]:
    """Return what the calls of an integration may call themselves, by stage and by the keys of its routes.

    Nothing where no route is seen: what its permissions say of the source is then not judged.
    """
    keys = [
        key
        for route in _routes(deployed.graph).get(integration.id, ())
        for key in deployed.texts(route.get("RouteKey"))
    ]
    keys = [] if any(map(has_unknown, keys)) else keys
    found = (
        f"/{stage}/{each}"
        for stage in _stages(deployed, api, "AWS::ApiGatewayV2::Stage", "ApiId")
        for key in keys
        for each in _paths(key)
    )
    return tuple(dict.fromkeys(found))


def _routes(graph: Graph) -> dict[str, list[Resource]]:
    """Return the routes of all APIs by their integrations, read once."""
    if graph not in _ROUTES:
        _ROUTES[graph] = defaultdict(list)
        for route in graph.of_type("AWS::ApiGatewayV2::Route"):
            for each in attributes(route.get("Target")):
                _ROUTES[graph][each.resource_id].append(route)
    return _ROUTES[graph]


def _paths(key: str) -> Iterator[str]:
    """Yield a route's key as the ARN of its calls holds it; one of a WebSocket API has no verb."""
    verb, _, path = key.partition(" ")
    for each in _ALL if verb == "ANY" else (verb,):
        yield f"{each}{path}" if path else each


def _stages(deployed: Deployed, api: Resource, kind: str, key: str) -> list[str]:
    names = {
        name
        for stage in deployed.graph.of_type(kind, "AWS::ApiGateway::Deployment")
        if deployed.graph.target(stage.get(key)) is api
        for name in (*deployed.texts(stage.get("StageName")), deployed.name(stage))
    }
    return [*sorted(names), "$default", "x"]


def _authorizer(deployed: Deployed, authorizer: Resource) -> Iterator[Need]:
    api = deployed.graph.target(authorizer.get("RestApiId", authorizer.get("ApiId")))
    if api:
        place = Place(api, authorizer, "AuthorizerUri", "asks", _FAILS)
        role = authorizer.get("AuthorizerCredentials", authorizer.get("AuthorizerCredentialsArn"))
        own = (f"/authorizers/{deployed.name(authorizer)}", "/authorizers/x")
        yield from _called(deployed, place, authorizer.get("AuthorizerUri"), role, own)


def _called(
    deployed: Deployed, place: Place, uri: Value, role: Value, sources: tuple[str, ...]
) -> Iterator[Need]:
    """A function is called by role if there is one, and else by its own permission."""
    for option in options(uri):
        if qualified_type(deployed, option) not in _FUNCTIONS:
            continue
        if role is not None:
            yield from by_role(deployed, "target-permission", place, role, option)
        elif function := deployed.graph.target(option):
            found = need(deployed, "api-permission", place, _SERVICE, function, _INVOKE, option)
            if place.sender.type.startswith("AWS::Serverless"):
                continue
            base = f"arn:aws:execute-api:{deployed.region}:{deployed.account}:{deployed.name(place.sender)}"
            many = tuple(f"{base}{source}" for source in sources)
            yield replace(found, source=many[0], sources=many) if many else found


def _sources(deployed: Deployed, api: Resource, method: Resource) -> tuple[str, ...]:
    """Return what the calls of a method may call themselves: by stage, verb and path."""
    verb = method.get("HttpMethod")
    verbs = _ALL if verb == "ANY" or not isinstance(verb, str) else (verb,)
    path = _path(deployed, method.get("ResourceId"))
    stages = _stages(deployed, api, "AWS::ApiGateway::Stage", "RestApiId")
    return tuple(f"/{stage}/{each}/{path}" for stage in stages for each in verbs)


def _path(deployed: Deployed, value: Value) -> str:
    parts: list[str] = []
    resource = deployed.graph.target(value, "AWS::ApiGateway::Resource")
    while resource and len(parts) < len(_ALL) * 10:
        part = "".join(deployed.texts(resource.get("PathPart"))[:1])
        parts.insert(0, "x" if part.startswith("{") else part)
        resource = deployed.graph.target(resource.get("ParentId"), "AWS::ApiGateway::Resource")
    return "/".join(parts)


def _to_service(deployed: Deployed, place: Place, via: Resource, role: Value) -> Iterator[Need]:
    """A service is called by role; the graph tells which action on which resource."""
    actor = deployed.graph.target(role, "AWS::IAM::Role")
    for edge in deployed.graph.edges(source=place.sender) if actor else ():
        action = edge.detail.get("action")
        if edge.via is via and actor and isinstance(action, str) and _is_exact(edge):
            suffix = "/*" if edge.target.type == "AWS::S3::Bucket" else ""
            yield need(
                deployed,
                "target-permission",
                place,
                actor,
                edge.target,
                (action,),
                edge.target,
                suffix=suffix,
            )


def _is_exact(edge: Edge) -> bool:
    """Tell whether the action is IAM's own, and not a guess by the verb of a path."""
    integration: Mapping[str, Any] = as_mapping(edge.detail.get("integration"))
    uri = integration.get("Uri")
    sends = "Action=SendMessage" in str(integration.get("RequestTemplates"))
    return edge.kind is not Kind.ASSUMES and (
        "action/" in written(uri) or (":sqs:path/" in written(uri) and sends) or uri is None
    )


SENDERS: dict[str, Sender] = {
    "AWS::ApiGateway::Method": _method,
    "AWS::ApiGatewayV2::Integration": _integration,
    "AWS::ApiGateway::Authorizer": _authorizer,
    "AWS::ApiGatewayV2::Authorizer": _authorizer,
}
