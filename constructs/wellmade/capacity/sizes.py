"""Limits that one message or one run meets, whatever the load: timeouts, sizes, how long callers wait."""

from collections.abc import Iterator, Sequence
from math import ceil, floor, inf

from wellmade.capacity.known_values import APIS, FUNCTIONS, QUEUE, TASK, KnownValues
from wellmade.capacity.names import short
from wellmade.capacity.pollers import visibility_of
from wellmade.capacity.runs import Run, at
from wellmade.capacity.sources import kilobytes_of
from wellmade.capacity.system import Change, Limit
from wellmade.facts import apigateway, callers, kinesis, sqs
from wellmade.facts.lambda_ import DEFAULT_TIMEOUT, LONGEST_TIMEOUT
from wellmade.graph import Edge, Kind, Resource, as_mapping, number

_WAITS = {
    "AWS::Cognito::UserPool": callers.COGNITO_TIMEOUT,
    "AWS::AppSync::GraphQLApi": callers.APPSYNC_TIMEOUT,
}
_HTTP = ("AWS::ApiGatewayV2::Api", "AWS::Serverless::HttpApi")


def sizes(known: KnownValues, runs: Sequence[Run]) -> Iterator[Limit]:
    """Yield what one message or one run may take."""
    for run in runs:
        yield from _timeout(known, run)
        yield from _visibility(known, run)
        yield from _answer(run)
        yield from _message(known, run)


def seconds_of(run: Run) -> float:
    """Return how long a run with a full batch takes."""
    work = run.channel.work
    return work.fixed + work.each * work.batch


def _timeout(known: KnownValues, run: Run) -> Iterator[Limit]:
    function, work = run.consumer, run.channel.work
    if function.type == TASK:
        return
    timeout, seconds = known.number(function, "Timeout", DEFAULT_TIMEOUT), seconds_of(run)
    if seconds <= timeout:
        return
    name = f"{short(function)}: one run of {work.batch:g} messages"
    fits = floor((timeout - work.fixed) / work.each) if work.each else 0
    if fits >= 1 and run.hop.edge is not None:
        setting = f"BatchSize of {at(run.hop.edge.via)}"
        yield Limit(
            name,
            setting,
            timeout,
            "s",
            constant=seconds,
            lower=True,
            suggestion=float(fits),
            present=work.batch,
            change=Change(run.hop.edge.via.id, "BatchSize"),
        )
    else:
        yield Limit(
            name, f"Timeout of {at(function)}", timeout, "s", constant=seconds,
            suggestion=float(ceil(seconds)), most=LONGEST_TIMEOUT, change=Change(function.id, "Timeout"),
            advice=f"run {short(function)} as a task, or split its work" if seconds > LONGEST_TIMEOUT else "",
        )  # fmt: skip


def _visibility(known: KnownValues, run: Run) -> Iterator[Limit]:
    """Messages are received again while a run still works on them; Lambda refuses such a source at once."""
    queue, edge = run.hop.source, run.hop.edge
    if queue is None or queue.type != QUEUE or edge is None:
        return
    hidden, seconds = visibility_of(known, queue), seconds_of(run)
    setting, change = f"VisibilityTimeout of {at(queue)}", Change(queue.id, "VisibilityTimeout")
    if run.consumer.type == TASK:
        actions = {str(action).lower() for action in edge.detail.get("actions", [])}
        if seconds > hidden and actions & {"sqs:changemessagevisibility", "sqs:*"}:
            known.assume(f"{short(run.consumer)}: keeps its messages hidden while it works on them")
        elif seconds > hidden:
            name = f"visibility timeout of {short(queue)} beside a message in {short(run.consumer)}"
            wanted = float(ceil(seconds))
            yield Limit(name, setting, hidden, "s", constant=seconds, suggestion=wanted, change=change)
        return
    timeout = known.number(run.consumer, "Timeout", DEFAULT_TIMEOUT)
    # A run that outlasts its timeout is reported as such; its timeout has to grow first.
    needed = max(timeout, min(seconds, LONGEST_TIMEOUT))
    if needed > hidden:
        name = f"visibility timeout of {short(queue)} beside the timeout of {short(run.consumer)}"
        wanted = float(ceil(sqs.least_visibility(needed, run.channel.work.window)))
        most = sqs.LONGEST_VISIBILITY
        yield Limit(name, setting, hidden, "s", constant=needed, suggestion=wanted, most=most, change=change)


def _answer(run: Run) -> Iterator[Limit]:
    """Whoever calls and waits gives up after a while, whether or not the run goes on."""
    source, edge = run.hop.source, run.hop.edge
    if source is None or edge is None or run.channel.buffered or run.consumer.type not in FUNCTIONS:
        return
    longest = _longest(source, edge)
    seconds = seconds_of(run)
    if seconds > longest:
        name = f"answer of {short(run.consumer)} to {short(source)}"
        advice = f"answer {short(source)} within {longest:g} s, and leave the rest to a queue"
        yield Limit(name, f"runs of {short(run.consumer)}", longest, "s", constant=seconds, advice=advice)


def _longest(source: Resource, edge: Edge) -> float:
    if source.type not in APIS:
        return float(_WAITS.get(source.type, inf))
    if edge.via.type.endswith("Authorizer"):
        return float(apigateway.AUTHORIZER_TIMEOUT)
    if source.get("ProtocolType") == "WEBSOCKET":
        return inf  # the answer is sent later, over the connection
    integration, event = (as_mapping(edge.detail.get(key)) for key in ("integration", "event"))
    if "STREAM" in (integration.get("ResponseTransferMode"), event.get("ResponseTransferMode")):
        return float(apigateway.STREAMED_TIMEOUT)
    stated = number(integration.get("TimeoutInMillis", event.get("TimeoutInMillis")))
    usual = apigateway.HTTP_TIMEOUT if source.type in _HTTP else apigateway.REST_TIMEOUT
    return float(usual) if stated is None else stated / 1000


def _message(known: KnownValues, run: Run) -> Iterator[Limit]:
    source = run.hop.source
    if source is None or run.hop.edge is None or known.source(source).kilobytes is None:
        return
    if source.type == QUEUE:
        setting = f"MaximumMessageSize of {at(source)}"
        largest = float(sqs.MESSAGE_KILOBYTES)
        most = known.number(source, "MaximumMessageSize", largest * 1024) / 1024
    elif source.type == "AWS::Kinesis::Stream" and run.hop.edge.kind is Kind.POLLS:
        setting = f"records of {short(source)}"
        largest = most = float(kinesis.RECORD_KILOBYTES)
    else:
        return
    size = kilobytes_of(known, source, "messages")
    if size > most:
        fits = size <= largest
        advice = "" if fits else f"keep what is larger than {largest:,.6g} KB in a bucket, and send its key"
        yield Limit(
            f"size of a message in {short(source)}", setting, most * 1024, "bytes", constant=size * 1024,
            suggestion=float(ceil(size * 1024)), advice=advice, most=largest * 1024,
        )  # fmt: skip
