"""The inequalities: what each setting of the template, and each quota of the account, allows."""

from collections.abc import Iterator, Sequence
from math import floor

from wellmade.capacity.concurrency import account_pool, functions
from wellmade.capacity.downstream import downstream
from wellmade.capacity.entries import entries
from wellmade.capacity.hops import Hop
from wellmade.capacity.known_values import TASK, KnownValues
from wellmade.capacity.names import short
from wellmade.capacity.runs import Run, at, runs_of
from wellmade.capacity.sources import sources
from wellmade.capacity.system import Limit
from wellmade.facts.lambda_ import DEFAULT_TIMEOUT


def limits(known: KnownValues, hops: Sequence[Hop]) -> Iterator[Limit]:
    """Yield every inequality, the most specific first: of two that bind together that one is named."""
    runs = runs_of(hops)
    for part in (_timeouts, sources, entries, functions, downstream, account_pool):
        yield from part(known, runs)


def _timeouts(known: KnownValues, runs: Sequence[Run]) -> Iterator[Limit]:
    for run in runs:
        function, hop, batch_size = run.consumer, run.hop, run.channel.work.batch
        if function.type == TASK:
            continue
        fixed, each = known.seconds(function)
        timeout = function.number("Timeout", DEFAULT_TIMEOUT)
        if timeout is None or fixed + each * batch_size <= timeout:
            continue
        name = short(function)
        fits = floor((timeout - fixed) / each) if each else 0
        batch = fits >= 1 and hop.edge is not None
        setting = f"BatchSize of {at(hop.edge.via)}" if batch and hop.edge else f"Timeout of {at(function)}"
        needed = float(fits) if batch else fixed + each * batch_size
        seconds = fixed + each * batch_size
        yield Limit(
            f"{name}: one run of {batch_size:g} messages", setting, timeout, "s",
            constant=seconds, lower=batch, suggestion=needed, present=batch_size if batch else timeout,
        )  # fmt: skip
