"""How the sources of one function share its reservation, so that throttling never uses up receives."""

from dataclasses import dataclass, field

import jsii
from aws_cdk import IStableNumberProducer, Lazy
from constructs import IConstruct

from wellmade.facts.sqs import SOURCE_CONCURRENCY
from wellmade.kit.registry import Registry

DEFAULT = 10
"""Most copies at once of a function without a reservation, for one source."""


@dataclass
class _Shares:
    reserved: int | None = None
    wanted: list[int | None] = field(default_factory=list)

    def share(self, index: int) -> int:
        """Return what one source may use at once: what it asks for, or an equal part of what is left."""
        asked = self.wanted[index]
        if asked is not None:
            return asked
        if self.reserved is None:
            return DEFAULT
        left = self.reserved - sum(each for each in self.wanted if each is not None)
        return max(SOURCE_CONCURRENCY[0], left // self.wanted.count(None))


_shares: Registry[_Shares] = Registry(_Shares)


def share_of(function: IConstruct, reserved: int | None, wanted: int | None) -> float:
    """Return the maximum concurrency of a new source of a function, known when all its sources are.

    Args:
        function: Whose reservation is shared.
        reserved: Its reservation; None where it has none.
        wanted: What the user asks for this source. None: an equal part.
    """
    shares = _shares.of(function)
    shares.reserved = reserved
    shares.wanted.append(wanted)
    if wanted is not None:
        return wanted
    return Lazy.number(_Producer(shares, len(shares.wanted) - 1))


@jsii.implements(IStableNumberProducer)
class _Producer:
    def __init__(self, shares: _Shares, index: int) -> None:
        self._shares, self._index = shares, index

    def produce(self) -> float:
        """Return the share, when all sources are known."""
        return self._shares.share(self._index)
