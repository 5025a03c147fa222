"""What is measured of a flow: what came, what waits, what was lost, and why."""

from dataclasses import dataclass, field

from tests.unit.capacity.worlds.clock import Clock


@dataclass
class Flow:
    """Counts; `curve` is read every few seconds."""

    clock: Clock
    name: str
    came: int = 0
    done: int = 0
    refused: int = 0
    lost: int = 0
    """Good messages in the dead-letter queue, given up or expired."""
    aside: int = 0
    """Messages that failed by themselves every time."""
    oldest: float = 0.0
    first_loss: float | None = None
    first_refused: float | None = None
    curve: list[tuple[float, int, float]] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        return self.came - self.done - self.lost - self.aside

    def finish(self, entered: float) -> None:
        self.done += 1
        self.oldest = max(self.oldest, self.clock.now - entered)

    def lose(self) -> None:
        self.lost += 1
        if self.first_loss is None:
            self.first_loss = self.clock.now

    def refuse(self) -> None:
        self.refused += 1
        if self.first_refused is None:
            self.first_refused = self.clock.now
