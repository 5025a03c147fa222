"""Which web pages may call an API from a browser."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aws_cdk import Duration
from constructs import IConstruct

from wellmade.api.route import methods_and_paths
from wellmade.facts.apigateway import CORS_MAX_AGE, METHODS
from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import refusal, require_between

_ORIGIN = re.compile(r"https?://[^/*\s]+|\*")


@dataclass(frozen=True)
class Cors:
    """Let pages of other origins call the API.

    An HTTP API writes the headers of all answers. A REST API answers preflights and its own errors; the
    answers of your function must hold `access-control-allow-origin` themselves.

    Args:
        allow_origins: Scheme and host of each, such as `https://shop.example`, or `*` for all.
        allow_headers: Headers that a page may send. Default: `authorization` and `content-type`.
        expose_headers: Headers that a page may read. Default: those that browsers always show.
        allow_credentials: Let a page send cookies; not with `*`. Default: False.
        max_age: How long a browser remembers the answer, up to a day. Default: 1 hour.
    """

    allow_origins: Sequence[str]
    allow_headers: Sequence[str] = ("authorization", "content-type")
    expose_headers: Sequence[str] = ()
    allow_credentials: bool = False
    max_age: Duration = Duration.hours(1)  # noqa: RUF009 - a duration never changes


def refuse_wrong_cors(scope: IConstruct, cors: Cors) -> None:
    """Raise where browsers would not take what is allowed.

    Raises:
        RefusedError: If there is no origin, one is not written as browsers send it, or credentials are
            allowed for all.
    """
    if not cors.allow_origins:
        fix = "name one, such as ['https://shop.example']"
        raise refusal(scope, "cors.allow_origins", "a list of at least one origin", cors.allow_origins, fix)
    wrong = next((each for each in cors.allow_origins if not _ORIGIN.fullmatch(each)), None)
    if wrong and "${Token[" not in wrong:
        fix = "leave out paths and the last slash: browsers send none"
        raise refusal(
            scope,
            "cors.allow_origins",
            "a scheme and a host each, or '*'",
            repr(wrong),
            fix,
            rule="cors-origins",
        )
    if cors.allow_credentials and "*" in cors.allow_origins:
        fix = "name the origins: browsers refuse credentials for '*'"
        raise refusal(
            scope,
            "cors.allow_credentials",
            "False where all origins are allowed",
            "True",
            fix,
            rule="cors-origins",
        )
    fix = "browsers take two hours at most"
    require_between(
        scope, "cors.max_age in seconds", seconds(cors.max_age), 0, CORS_MAX_AGE, fix, rule="service-limit"
    )


def methods_of(routes: Iterable[str]) -> list[str]:
    """Return the methods that pages may use: those of the routes."""
    found = {method for key in routes for method, _ in methods_and_paths(key)}
    return sorted(each for each in METHODS if each != "ANY" and (each in found or "ANY" in found))
