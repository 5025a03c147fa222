"""Which messages a run moves: the same answer in a look and in the run itself."""

from collections.abc import Collection
from dataclasses import dataclass

from wellmade.redrive.kinds import Kind, kind_of
from wellmade.redrive.message import Message, matches
from wellmade.redrive.queues import Route


@dataclass(frozen=True)
class Selection:
    """What is asked for."""

    match: str | None = None
    """A text in the body. Default: any."""
    kinds: Collection[Kind] = ()
    """Only these. Default: all that may go there."""
    ids: Collection[str] | None = None
    """Only these messages, known from a look. Default: all."""

    def takes(self, message: Message, route: Route) -> bool:
        """Tell whether a run moves the message.

        Without a target that a person named, that is what the target itself gave up, and nothing else.
        """
        kind = kind_of(message, route.origin)
        if route.origin is not None and kind is not Kind.OWN:
            return False
        wanted = not self.kinds or kind in self.kinds
        return wanted and (self.ids is None or message.id in self.ids) and matches(message, self.match)


EVERYTHING = Selection()
