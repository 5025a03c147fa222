"""What a replay did."""

from dataclasses import dataclass, field


@dataclass
class Outcome:
    """What a replay did."""

    moved: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    """Message id to the reason; these stayed where they were."""
    doubled: int = 0
    """Sent, and could not be deleted: these are in both queues until a later run deletes them here."""
    finished: int = 0
    """Had been sent by a run that was ended before it deleted them; deleted now and not sent again."""
    uncertain: list[str] = field(default_factory=list)
    """Ids of messages that may be in the target: no answer came, or their run was killed; these stayed."""
    blocked: dict[str, str] = field(default_factory=dict)
    """FIFO: group to the id of its message that stays; all behind it stay too."""
    left: int = 0
    """Not asked for, or came back during this run; these stayed."""
    hidden: int = 0
    """Stayed, and could not be made visible at once; SQS does so within 15 minutes."""
    in_flight: int = 0
    """Received by somebody else when this run began, and not back when it ended."""
    interrupted: bool = False
    fault: str | None = None
    """What ended the run early."""
    idle: bool = False
    """Nothing was moved though the queue holds messages: a wrong choice, or none is for that target."""
    silent: bool = False
    """Nobody answered any more, so that nothing was tidied."""

    @property
    def complete(self) -> bool:
        """Whether everything that was to be moved was moved, once."""
        wrong = self.failed or self.doubled or self.uncertain or self.in_flight or self.fault
        return not (wrong or self.idle)
