"""Authorizers can let somebody in."""

from collections.abc import Iterator

from wellmade.check.conditional import always_empty
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.apigateway import AUTHORIZER_TIMEOUT
from wellmade.graph import Graph, Resource, text

_HTTP = "AWS::ApiGatewayV2::Authorizer"
_FASTER = f"shorten its Timeout to at most {AUTHORIZER_TIMEOUT} s"


def _check(graph: Graph) -> Iterator[Violation]:
    for authorizer in graph.of_type(_HTTP):
        kind = text(authorizer.get("AuthorizerType"))
        if kind == "JWT":
            yield from _tokens(authorizer)
        elif kind == "REQUEST":
            yield from _remembered(authorizer)
        yield from _slow(graph, authorizer)


def _tokens(authorizer: Resource) -> Iterator[Violation]:
    issuer = text(authorizer.get("JwtConfiguration.Issuer"))
    if issuer is not None and not issuer.startswith("https://"):
        yield Violation(
            authorizer, "Properties.JwtConfiguration.Issuer", f"is {issuer}, must begin with https://"
        )
    if always_empty(authorizer.get("JwtConfiguration.Audience")):
        yield Violation(
            authorizer, "Properties.JwtConfiguration.Audience", "names none, and no token is taken"
        )


def _remembered(authorizer: Resource) -> Iterator[Violation]:
    remembers = authorizer.number("AuthorizerResultTtlInSeconds", 0)
    if remembers and always_empty(authorizer.get("IdentitySource")):
        message = f"names none, and answers are remembered for {remembers:.12g} s"
        yield Violation(authorizer, "Properties.IdentitySource", message)


def _slow(graph: Graph, authorizer: Resource) -> Iterator[Violation]:
    """Yield a function that may run for longer than an HTTP API waits; other kinds wait for longer."""
    function, api = graph.destination(authorizer.get("AuthorizerUri")), graph.target(authorizer.get("ApiId"))
    runs = function.number("Timeout") if function else None
    is_http = api is not None and text(api.get("ProtocolType")) == "HTTP"
    if is_http and function and runs is not None and runs > AUTHORIZER_TIMEOUT:
        message = (
            f"{function.logical_id} may run for {runs:.12g} s, and API Gateway waits {AUTHORIZER_TIMEOUT} s"
        )
        yield Violation(authorizer, "Properties.AuthorizerUri", message, _FASTER)


RULE = Rule(
    id="route-authorizer",
    title="Authorizers can let somebody in",
    severity=Severity.WARNING,
    explanation=(
        "API Gateway refuses a token issuer without https, or lets nobody in where no audience is named; "
        "an answer that is remembered without what it depends on is given to the next caller."
    ),
    fix="name issuer, audience and the sources of identity, or set AuthorizerResultTtlInSeconds to 0",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html",
    check=_check,
)
