"""What cannot work about a service, before it is defined."""

from constructs import IConstruct

from wellmade.compute.gradual_release import GradualRelease, refuse_wrong_release
from wellmade.compute.options import Ingress, ListenerRule, Scaling
from wellmade.compute.scaling import refuse_wrong_scaling
from wellmade.facts.fargate import LONGEST_STOP
from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import refusal, require_between

AFTER_THE_LAST_REQUEST = 5
"""Seconds that a program gets to close its connections after its last answer."""


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
    refuse_wrong_path(scope, ingress.health_check_path)
    if isinstance(deployment, GradualRelease):
        refuse_wrong_release(scope, deployment)
    elif deployment not in {"rolling", "blue-green"}:
        fix, allowed = "rolling suits most services", "rolling, blue-green or a GradualRelease"
        raise refusal(scope, "deployment", allowed, repr(deployment), fix)
    longest = LONGEST_STOP - AFTER_THE_LAST_REQUEST
    fix = "hand longer work to a worker: add_worker"
    require_between(scope, "ingress.longest_request", seconds(ingress.longest_request), 1, longest, fix)
    refuse_wrong_scaling(scope, scaling)


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
