"""Which messages go, and as what: asked in the order of the queue, by a look and by the run that follows."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from wellmade.redrive.fitness import unfit
from wellmade.redrive.journal import Journal
from wellmade.redrive.kinds import kind_of, unwrapped
from wellmade.redrive.message import Message
from wellmade.redrive.queues import Queue, Route
from wellmade.redrive.selection import EVERYTHING, Selection

SWALLOWED = "the target saw its deduplication id less than 5 minutes ago and would drop it; run again later"


@dataclass
class Choice:
    """What goes, what stays, and what stays behind it in its FIFO group.

    Args:
        route: From where to where.
        selection: What is asked for. Default: all that may go to the target.
        unwrap: Whether messages are taken out of their envelopes. Default: False.
        journal: What earlier runs sent. Default: nothing is known.
        resend: Whether what may have been sent goes once more. Default: False.
    """

    route: Route
    selection: Selection = EVERYTHING
    unwrap: bool = False
    journal: Journal = field(default_factory=Journal)
    resend: bool = False
    refused: dict[str, str] = field(default_factory=dict)
    """Message id to why the target cannot take it, or did not."""
    uncertain: list[str] = field(default_factory=list)
    """Ids of messages that may be in the target."""
    blocked: dict[str, str] = field(default_factory=dict)
    """FIFO: group to the id of its message that stays; all behind it stay too."""
    _used: set[tuple[str, str]] = field(default_factory=set)
    """FIFO: deduplication ids of what goes; the target takes each once in five minutes."""

    def forms(self, messages: Iterable[Message]) -> list[Message]:
        """Return those that go, each as it is sent."""
        return [form for message in messages if (form := self._form(message))]

    def keep(self, message: Message) -> None:
        """Leave a message where it is, and with it all that is behind it in its FIFO group."""
        if self.route.dead_letter.fifo and message.group is not None:
            self.blocked.setdefault(message.group, message.id)

    def refuse(self, message: Message, reason: str) -> None:
        """Leave a message where it is since the target does not take it."""
        self.refused[message.id] = reason
        self.keep(message)

    def _form(self, message: Message) -> Message | None:
        if message.group is not None and message.group in self.blocked:
            return None
        if not self.selection.takes(message, self.route):
            self.keep(message)
        elif not self.resend and self.journal.may_have_sent(message.id, fifo=self.route.target.fifo):
            self.uncertain.append(message.id)
            self.keep(message)
        elif isinstance(form := self._sendable(message), str):
            self.refuse(message, form)
        else:
            return form
        return None

    def _sendable(self, message: Message) -> Message | str:
        """Return what is sent of a message, or why it cannot be sent there."""
        inner = unwrapped(message, kind_of(message, self.route.origin)) if self.unwrap else message
        if isinstance(inner, str):
            return inner
        if reason := unfit(inner, self.route.target):
            return reason
        key = self._deduplicated(inner)
        if key and key in self._used:
            return SWALLOWED
        if key:
            self._used.add(key)
        return inner

    def _deduplicated(self, message: Message) -> tuple[str, str] | None:
        """Return by what a FIFO target knows it again: an id, with high throughput within its group."""
        target = self.route.target
        number = message.system.get("MessageDeduplicationId")
        if not target.fifo or number is None:
            return None
        by_group = isinstance(target, Queue) and target.attributes.get("DeduplicationScope") == "messageGroup"
        return (message.group or "", number) if by_group else ("", number)
