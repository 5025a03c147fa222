"""What cannot work about a service, before it is defined."""

from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import IConstruct

from wellmade.compute.gradual_release import GradualRelease, refuse_wrong_release
from wellmade.compute.load_balancer import Listener
from wellmade.compute.options import TEST_PORT, Ingress, ListenerRule, Scaling
from wellmade.compute.scaling import refuse_wrong_scaling
from wellmade.facts.fargate import LONGEST_STOP
from wellmade.kit.lookups import seconds
from wellmade.kit.placement import ranges_given
from wellmade.kit.refusals import refusal, require_between

AFTER_THE_LAST_REQUEST = 5
"""Seconds that a program gets to close its connections after its last answer."""
_MOVED = "left out where requests do not move between two sets of tasks"
_MOVES = "a service has two with deployment='blue-green' or a GradualRelease"
_SERVES = (80, 443)
"""Ports of a load balancer that serves, or redirects to the one that does."""


def refuse_wrong_service(
    scope: IConstruct,
    ingress: Ingress | ListenerRule,
    scaling: Scaling,
    port: int,
    deployment: str | GradualRelease,
) -> None:
    """Raise where options of a service are out of bounds.

    Raises:
        RefusedError: If they are.
    """
    require_between(scope, "image.port", port, 1, 65_535, "8080 needs no root", rule="service-limit")
    refuse_wrong_ingress(scope, ingress, moves=deployment != "rolling")
    if isinstance(deployment, GradualRelease):
        refuse_wrong_release(scope, deployment)
    elif deployment not in {"rolling", "blue-green"}:
        fix, allowed = "rolling suits most services", "rolling, blue-green or a GradualRelease"
        raise refusal(scope, "deployment", allowed, repr(deployment), fix)
    longest = LONGEST_STOP - AFTER_THE_LAST_REQUEST
    fix = "hand longer work to a worker: add_worker"
    require_between(scope, "ingress.longest_request", seconds(ingress.longest_request), 1, longest, fix)
    refuse_wrong_scaling(scope, scaling)


def refuse_wrong_ingress(scope: IConstruct, ingress: Ingress | ListenerRule, *, moves: bool) -> None:
    """Raise where the path of a health check is none, or a range of addresses, or a listener has no use.

    Args:
        scope: The pattern.
        ingress: How requests come to it.
        moves: Whether a release moves requests from one set of targets to another.

    Raises:
        RefusedError: If one is none, or has none.
    """
    refuse_wrong_path(scope, ingress.health_check_path)
    if isinstance(ingress, Ingress):
        ranges_given(scope, "ingress.further_cidrs", ingress.further_cidrs)
        _refuse_wrong_port(scope, ingress.test_port)
        if not moves and ingress.test_port not in (None, TEST_PORT):
            raise refusal(scope, "ingress.test_port", _MOVED, ingress.test_port, _MOVES)
    elif ingress.test_listener and not moves:
        raise refusal(scope, "ingress.test_listener", _MOVED, "one", _MOVES)
    elif ingress.test_listener:
        _refuse_wrong_listener(scope, ingress.listener, ingress.test_listener)


def _refuse_wrong_port(scope: IConstruct, port: int | None) -> None:
    """Raise where tests come to a port on which the service answers, or to none that there is."""
    fix = f"{TEST_PORT} is usual"
    if port is not None:
        require_between(scope, "ingress.test_port", port, 1, 65_535, fix, rule="service-limit")
    if port in _SERVES:
        allowed = "another one than those that serve"
        raise refusal(scope, "ingress.test_port", allowed, port, fix, rule="listener-conflict")


def _refuse_wrong_listener(scope: IConstruct, serving: Listener, testing: Listener) -> None:
    """Raise where tests come to the listener that serves, or to one of another load balancer."""
    allowed, fix = "another one of the same load balancer", "give one of another port, such as 8443"
    if serving.listener_arn == testing.listener_arn:
        raise refusal(scope, "ingress.test_listener", allowed, "the one that serves", fix)
    known = [each for each in (serving, testing) if isinstance(each, elbv2.ApplicationListener)]
    if len({each.load_balancer.load_balancer_arn for each in known}) > 1:
        raise refusal(scope, "ingress.test_listener", allowed, "one of another", fix)


def refuse_wrong_path(scope: IConstruct, path: str) -> None:
    """Raise where the path of a health check is none.

    Raises:
        RefusedError: If it does not begin with a slash.
    """
    if not path.startswith("/"):
        fix = "begin it with /"
        raise refusal(
            scope, "ingress.health_check_path", "a path such as /health", repr(path), fix, rule="service-text"
        )
