"""The inequalities: what each setting of the template, and each quota of the account, allows."""

from collections.abc import Iterator, Sequence

from wellmade.capacity.concurrency import account_pool, functions
from wellmade.capacity.downstream import downstream
from wellmade.capacity.entries import entries
from wellmade.capacity.hops import Hop
from wellmade.capacity.known_values import KnownValues
from wellmade.capacity.runs import runs_of
from wellmade.capacity.sizes import sizes
from wellmade.capacity.sources import sources
from wellmade.capacity.system import Limit


def limits(known: KnownValues, hops: Sequence[Hop]) -> Iterator[Limit]:
    """Yield every inequality, the most specific first: of two that bind together that one is named."""
    runs = runs_of(hops)
    for part in (sizes, sources, entries, functions, downstream, account_pool):
        yield from part(known, runs)
