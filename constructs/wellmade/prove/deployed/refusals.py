"""What a service refuses whatever policies allow, because of how the template sets a resource."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from wellmade.prove.policy import Request


def _always(_: Request) -> bool:
    return True


class Refusal(NamedTuple):
    """Requests that a service refuses."""

    reason: str
    actions: frozenset[str]
    """Such as `kms:Decrypt`."""
    is_sure: bool = True
    """Whether the template tells it."""
    asks: Callable[[Request], bool] = _always
    """Which requests of these actions. Default: all."""

    def bars(self, request: Request) -> bool:
        """Tell whether a request is among them."""
        return request.action in self.actions and self.asks(request)


Refusals = Mapping[str, Sequence[Refusal]]
"""ARN of a resource to what its service refuses."""


def refusal_of(request: Request, refusals: Refusals) -> Refusal | None:
    """Return for what a request is refused: of an object also as its bucket is; the surest of several."""
    of_resource = refusals.get(request.resource, ())
    of_bucket = refusals.get(request.resource.partition("/")[0], ()) if ":s3:::" in request.resource else ()
    found = [each for each in (*of_resource, *of_bucket) if each.bars(request)]
    return max(found, key=lambda each: each.is_sure, default=None)
