"""What is watched of a function."""

from collections.abc import Iterator
from typing import cast

from aws_cdk import aws_lambda as lambda_

from wellmade.foundation.alarms import AlarmSpec
from wellmade.foundation.async_failures import qualified
from wellmade.foundation.function_alarms import (
    NAMESPACE,
    dead_letter_errors,
    destination_failures,
    function_specs,
)
from wellmade.foundation.graphs import Graph
from wellmade.foundation.monitor import graphs_of_function
from wellmade.kit.lookups import default_child, is_unresolved, node_of
from wellmade.kit.workload import reservation_of, resource_of, timeout_of
from wellmade.observability.watched import Watched

DAY = 24 * 3600
FALLS_BEHIND = (
    "The function falls behind a stream: a quarter of the time is over that records may wait. See its errors "
    "and its duration, then raise the parallelization factor or its memory."
)


def watched_function(given: lambda_.IFunction) -> Watched:
    """Return what is watched of a function; of an alias or a version, of the function that it is of."""
    function, _ = qualified(given)
    name, timeout = function.function_name, timeout_of(function)
    specs = function_specs(name, timeout, reservation_of(function))
    asked = {} if timeout is not None else {"duration": "the function's timeout cannot be read"}
    resource = resource_of(function)
    if resource is not None and resource.dead_letter_config is not None:
        specs["dead_letter_errors"] = dead_letter_errors(name)
    streams = list(_stream_ages(function))
    if streams or node_of(function).try_find_child("EventInvokeConfig"):
        specs["destination_failures"] = destination_failures(name)
    graphs = graphs_of_function(function)
    if streams:
        line = min(streams) * 1000 / 4
        specs["iterator_age"] = AlarmSpec(
            "IteratorAge",
            "IteratorAge",
            NAMESPACE,
            {"FunctionName": name},
            line,
            FALLS_BEHIND,
            in_milliseconds=True,
        )
        graphs.append(Graph("iterator age", [function.metric("IteratorAge", statistic="Maximum")]))
    return Watched(specs, graphs, asked)


def _stream_ages(function: lambda_.IFunction) -> Iterator[float]:
    """Yield for each stream that the function reads how long records may wait, in seconds.

    Without a limit they may wait as long as the stream keeps them, which is a day at least.
    """
    for child in node_of(function).children:
        if not isinstance(child, lambda_.EventSourceMapping):
            continue
        mapping = cast(lambda_.CfnEventSourceMapping, default_child(child))
        if mapping.starting_position is None:
            continue
        age = mapping.maximum_record_age_in_seconds
        yield DAY if age is None or is_unresolved(age) or age < 0 else float(age)
