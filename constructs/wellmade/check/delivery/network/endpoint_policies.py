"""Calls that the policy of the endpoint on their way refuses."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from wellmade.check.delivery.deployed import GENERATED, Deployed
from wellmade.check.delivery.network.callers import callers
from wellmade.check.delivery.network.endpoints import ENDPOINT, endpoints_of, gateways_of, service_of
from wellmade.check.delivery.statements import are_told
from wellmade.check.delivery.written_arns import written_arn
from wellmade.check.isolated import calls_of
from wellmade.check.rule import Violation
from wellmade.check.task_endpoints import endpoints_needed
from wellmade.facts.endpoints import endpoint_for
from wellmade.graph import Graph, Resource, statements_in
from wellmade.prove.deployed.documents import read
from wellmade.prove.deployed.unknowns import has_unknown
from wellmade.prove.policy import Policy, PolicyError, Request

LAYERS = "starport-layer-bucket"
"""Part of the name of the buckets of AWS in which layers of images lie.

Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
"""


def refused(graph: Graph) -> Iterator[Violation]:
    """Yield the endpoints whose policies surely refuse a call that goes through them."""
    guarded = [each for each in graph.of_type(ENDPOINT) if each.get("PolicyDocument") and are_told(each)]
    if not guarded:
        return
    deployed = Deployed(graph)
    policies = {each: policy for each in guarded if (policy := _policy(deployed, each)) is not None}
    for caller, runs, _ in callers(graph):
        for endpoint in _on_the_way(graph, caller):
            if endpoint in policies:
                yield from _of_calls(deployed, caller, runs, endpoint, policies[endpoint])
                yield from _of_images(graph, caller, runs, endpoint, policies[endpoint])


def _on_the_way(graph: Graph, caller: Resource) -> list[Resource]:
    """Return the endpoints of a caller's network, but those of a service that has two of them."""
    found = [*endpoints_of(graph, caller), *gateways_of(graph, caller)]
    services = [service_of(each) for each in found]
    return [each for each, service in zip(found, services, strict=True) if services.count(service) == 1]


def _policy(deployed: Deployed, endpoint: Resource) -> Policy | None:
    """Return what the policy says if every condition and every principal is as it should be."""
    said = [
        replace(each, conditions={}, principals={}, not_principals={})
        for each in statements_in(endpoint, "PolicyDocument")
        if each.effect == "Allow" or (not each.conditions and each.principals.get("*") == "*")
    ]
    try:
        return read(said, deployed, endpoint.logical_id).best
    except PolicyError:
        return None


def _of_calls(
    deployed: Deployed, caller: Resource, runs: Resource, endpoint: Resource, policy: Policy
) -> Iterator[Violation]:
    """Yield the calls of resources in the same stack that the role allows and the endpoint does not."""
    for call, value in calls_of(deployed.graph, runs):
        target = deployed.graph.target(value)
        if target and target.stack == caller.stack and endpoint_for(call) == service_of(endpoint):
            arns = deployed.texts(value)
            if not any(_may(deployed, policy, call, arn) for arn in arns):
                what = f"{caller.logical_id} calls {call} of {target.logical_id}"
                place = written_arn(deployed, target, arns[0])
                yield _violation(endpoint, what, call, place, "every such call is refused")


def _may(deployed: Deployed, policy: Policy, call: str, arn: str) -> bool:
    request = Request(call, arn.rstrip("*") + "x" if arn.endswith("*") else arn, {}, "", deployed.account)
    if policy.denial(request):
        return False
    return bool(policy.grant(request)) or any(
        text.startswith(arn.rstrip("*"))
        or has_unknown(text)
        or (GENERATED in arn and "*" in text and GENERATED not in text)
        for statement in policy.speaking_of(call, allows=True)
        for text in statement.resources.value
    )


def _of_images(
    graph: Graph, caller: Resource, runs: Resource, endpoint: Resource, policy: Policy
) -> Iterator[Violation]:
    """Yield that the layers of images cannot be read, which lie in a bucket of AWS."""
    if caller is runs or service_of(endpoint) != "s3" or "ecr.dkr" not in endpoints_needed(graph, runs):
        return
    arn = f"arn:aws:s3:::prod-region-{LAYERS}/x"
    named = [
        text
        for statement in policy.speaking_of("s3:GetObject", allows=True)
        for text in statement.resources.value
    ]
    if not policy.grant(Request("s3:GetObject", arn, {}, "", "")) and not any(
        LAYERS in each for each in named
    ):
        what = f"{caller.logical_id} pulls images, whose layers lie in prod-<region>-{LAYERS},"
        pattern = f"arn:aws:s3:::prod-*-{LAYERS}/*"
        yield _violation(endpoint, what, "s3:GetObject", pattern, "no task starts")


def _violation(endpoint: Resource, what: str, call: str, place: Any, lost: str) -> Violation:
    message = f"{what} through {endpoint.logical_id}, whose policy does not allow it: {lost}"
    statement = {"Effect": "Allow", "Principal": "*", "Action": call, "Resource": place}
    add = f"add {json.dumps(statement)}"
    return Violation(endpoint, "Properties.PolicyDocument", message, add, cause=f"{endpoint.id}: {add}")
