"""The list of what is patched in MiniStack 1.5.33; each module names its gap."""

from . import (
    alarms,
    authorizers,
    data_stores,
    dead_letters,
    failures,
    functions,
    metrics,
    outputs,
    programs,
    queues,
    resources,
    streams,
    transactions,
    transport,
    workers,
    workflows,
)


def apply() -> None:
    """Put every patch in place; to be called once, before the first request."""
    for patch in (
        transport,
        workers,
        failures,
        workflows,
        functions,
        outputs,
        resources,
        queues,
        dead_letters,
        alarms,
        authorizers,
        metrics,
        streams,
        transactions,
        programs,
        data_stores,
    ):
        patch.apply()
