"""The list of what is patched in MiniStack 1.5.33; each module names its gap."""

from . import (
    alarms,
    authorizers,
    bucket_names,
    buckets,
    data_stores,
    dead_letters,
    failures,
    functions,
    logging_as_lambda,
    metrics,
    outputs,
    programs,
    queues,
    resources,
    services,
    streams,
    transactions,
    transport,
    urls,
    workers,
    workflows,
)


def apply() -> None:
    """Put every patch in place; to be called once, before the first request."""
    for patch in (
        transport,
        workers,
        failures,
        logging_as_lambda,
        workflows,
        functions,
        outputs,
        resources,
        bucket_names,
        buckets,
        urls,
        queues,
        dead_letters,
        alarms,
        authorizers,
        metrics,
        streams,
        transactions,
        programs,
        services,
        data_stores,
    ):
        patch.apply()
