"""Where what a function fails on is kept, when a service hands it over and does not wait."""

from aws_cdk import Annotations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.kit.registry import Registry
from wellmade.kit.workload import resource_of, workload_of

_failures: Registry[list[str]] = Registry(list)
"""Functions whose failed events have a place to go, by path."""


def keep_async_failures(
    scope: Construct,
    function: lambda_.IFunction,
    invocable: lambda_.IFunction,
    queue: sqs.IQueue,
    *,
    what: str = "events",
) -> bool:
    """Keep what the function fails on: Lambda takes an event at once, and drops it after three failures.

    A function that has a place for its failures keeps that. Of an imported one it is said at synth.

    Args:
        scope: What hands over.
        function: As it was given.
        invocable: What is invoked: the function, or its alias.
        queue: Where failures go.
        what: Is handed over. Default: events.

    Returns:
        Whether the queue is where they go: the function had no place of its own, and none was given before.
    """
    if resource_of(function) is None:
        Annotations.of(scope).add_warning_v2(
            "wellmade:imported-function-failures",
            f"an imported function drops {what} that it fails on three times; "
            "give it a failure destination where it is defined",
        )
        return False
    defined, qualifier = qualified(invocable)
    known = _failures.of(defined)
    configured = defined.node.try_find_child("EventInvokeConfig") or getattr(
        defined, "dead_letter_queue", None
    )
    if qualifier in known or configured:
        return False
    known.append(qualifier)
    used_by = f"Lambda, to keep {what} that the function fails on"
    keyed = queue.encryption_master_key is not None
    caller = workload_of(scope, function)
    caller.allow(["sqs:SendMessage"], [queue.queue_arn], used_by=used_by, keyed=keyed)
    if queue.encryption_master_key:
        uses = ["kms:Decrypt", "kms:GenerateDataKey"]
        caller.allow(uses, [queue.encryption_master_key.key_arn], used_by=used_by)
    config = lambda_.CfnEventInvokeConfig
    config(
        scope,
        "Failures",
        function_name=defined.function_name,
        qualifier=qualifier,
        destination_config=config.DestinationConfigProperty(
            on_failure=config.OnFailureProperty(destination=queue.queue_arn)
        ),
    )
    return True


def qualified(function: lambda_.IFunction) -> tuple[lambda_.IFunction, str]:
    """Return the function that an alias or a version is of, and which of it."""
    if isinstance(function, lambda_.Alias):
        return function.version.lambda_, function.alias_name
    if isinstance(function, lambda_.Version):
        return function.lambda_, function.version
    return function, "$LATEST"
