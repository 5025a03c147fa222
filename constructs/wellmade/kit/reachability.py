"""Which calls of a workload have a way to the service that answers them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct

from wellmade.facts.endpoints import endpoints_for, name_in
from wellmade.kit.grants import Grant, grants_of
from wellmade.kit.lookups import path_of, root_of, stack_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.registry import Registry
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.synth_checks import Synthesized
from wellmade.kit.workload import Workload

WITHOUT_CALL = ("iam:PassRole",)
"""Permissions that no call is named after."""

_existing: Registry[dict[str, set[str]]] = Registry(dict)


@dataclass(frozen=True, order=True)
class Call:
    """A call that a workload makes through the network, and what it needs there."""

    action: str
    needs: tuple[str, ...]
    is_known: bool = True
    """Whether there is an endpoint for its service, as far as is known."""


def roles_in(workload: IConstruct) -> list[WorkloadRole]:
    """Return our roles that a workload runs under, those of its parts included."""
    own = getattr(workload, "role", None)
    below = [child for child in workload.node.find_all() if isinstance(child, WorkloadRole)]
    return [*below, *([own] if isinstance(own, WorkloadRole) and own not in below else [])]


def calls_of(roles: Iterable[WorkloadRole]) -> list[Call]:
    """Return the calls that roles allow and that leave through the workload's network interface.

    What Lambda itself does for a function, such as writing its log, does not; what the ECS agent does for a
    task does.
    """
    return calls_by(
        Grant(grant.actions, by_service=role.is_of_lambda and grant.used_by is not None)
        for role in roles
        for grant in role.granted
    )


def calls_by(grants: Iterable[Grant]) -> list[Call]:
    """Return the calls of these grants that leave through the workload's network interface."""
    actions = {action for grant in grants if not grant.by_service for action in grant.actions}
    return sorted(call for action in actions - set(WITHOUT_CALL) if (call := _call(action)).needs)


def calls_in(workload: IConstruct) -> list[Call]:
    """Return what a workload of ours or anybody's calls through its network."""
    known = calls_of(roles_in(workload))
    return sorted({*known, *(call for part in parts_in(workload) for call in calls_by(grants_of(part)))})


def parts_in(workload: IConstruct) -> list[IConstruct]:
    """Return the functions, services, tasks and fleets that a workload is made of."""
    found = [child for child in workload.node.find_all() if _runs(child)]
    # A pattern that was given a function does not hold it.
    function: IConstruct | None = getattr(workload, "function", None)
    if function is not None and _runs(function) and function.node.path not in {e.node.path for e in found}:
        found.append(function)
    return found


def _runs(construct: IConstruct) -> bool:
    if isinstance(construct, lambda_.Function):
        return bool(construct.is_bound_to_vpc)
    if not hasattr(type(construct), "connections"):
        return False
    own = vars(construct)  # a task that somebody else starts has a definition, and no service that runs it
    if "launch_template" in own:  # a fleet of instances
        return True
    return hasattr(type(construct), "task_definition") or ("task_definition" in own and "service" not in own)


def _call(action: str) -> Call:
    needs = endpoints_for(action)
    if needs is None:
        return Call(action, (action.partition(":")[0],), is_known=False)
    return Call(action, needs)


def note_endpoints(scope: IConstruct, vpc: ec2.IVpc, services: Iterable[str]) -> None:
    """Note that a network has endpoints that this app does not define.

    Args:
        scope: Anything of the app.
        vpc: The network.
        services: Such as `sqs`.
    """
    _existing.of(root_of(scope)).setdefault(vpc.vpc_id, set()).update(services)


def endpoint_resources(scope: IConstruct, vpc: ec2.IVpc) -> list[tuple[str, ec2.CfnVPCEndpoint]]:
    """Return the endpoints of a network that this app defines, in whichever stack, by their services."""
    found = [child for child in root_of(scope).node.find_all() if isinstance(child, ec2.CfnVPCEndpoint)]
    return [
        (_service(stack_of(endpoint).resolve(endpoint.service_name)), endpoint)
        for endpoint in found
        if endpoint.vpc_id == vpc.vpc_id
    ]


def endpoints_in(scope: IConstruct, vpc: ec2.IVpc) -> set[str]:
    """Return the services that a network has endpoints for, as far as is known."""
    noted = _existing.of(root_of(scope)).get(vpc.vpc_id, set())
    return {*noted, *(service for service, _ in endpoint_resources(scope, vpc))}


def unreachable_calls(calls: Iterable[Call], endpoints: set[str]) -> Iterator[tuple[Call, str]]:
    """Yield the calls that would hang without a way out, each with the first endpoint that it lacks."""
    for call in calls:
        missing = next((service for service in call.needs if service not in endpoints), None)
        if missing:
            yield call, missing


def refuse_unreachable_calls(
    workload: IConstruct, role: WorkloadRole | Iterable[WorkloadRole], vpc: ec2.IVpc, synthesized: Synthesized
) -> Iterator[RefusedError]:
    """Yield a refusal for each call of a workload that has neither an endpoint nor a NAT gateway."""
    del synthesized  # endpoints and grants are read from the tree, which knows what belongs to which network
    roles = [role] if isinstance(role, WorkloadRole) else role
    yield from hanging(workload, calls_of(roles), vpc)


def hanging(workload: IConstruct, calls: Iterable[Call], vpc: ec2.IVpc) -> Iterator[RefusedError]:
    """Yield a refusal for each call that has no way to its service."""
    for call, missing in unreachable_calls(calls, endpoints_in(workload, vpc)):
        yield refusal(
            path_of(workload),
            "vpc",
            f"a network with an endpoint for {missing}",
            f"one with neither it nor a NAT gateway: {call.action} would hang",
            "add the endpoint, or give the network a NAT gateway",
            rule="isolated-call",
        )


def open_way(
    owner: IConstruct, workload: Workload, to: ec2.IConnectable, port: int, description: str
) -> None:
    """Open the network from a workload to something, with the rules on the workload's side.

    Args:
        owner: What is connected, for refusals.
        workload: What calls.
        to: What it calls.
        port: Over TCP.
        description: What the rules say.

    Raises:
        RefusedError: If the workload runs in no network.
    """
    try:
        connections = workload.connections
    except RuntimeError as error:
        fix = "give it the vpc of what it is to reach"
        got = f"{path_of(cast(IConstruct, workload))}, which is in none"
        raise refusal(owner, "workload", "in the network", got, fix) from error
    connections.allow_to(to, ec2.Port.tcp(port), description)


def _service(name: Any) -> str:
    """Return `ecr.api` of `com.amazonaws.<region>.ecr.api`, whether or not the region is known."""
    if isinstance(name, dict) and "Fn::Join" in name:
        name = "".join(part if isinstance(part, str) else "${region}" for part in name["Fn::Join"][1])
    found = name_in(name) if isinstance(name, str) else None
    return found or re.sub(r"^(?:cn\.)?com\.amazonaws\.[a-z0-9-]+\.", "", str(name))
