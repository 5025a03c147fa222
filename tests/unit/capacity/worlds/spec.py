"""A whole system said once: what both the template and the simulation are made of."""

from dataclasses import dataclass, replace
from math import inf
from typing import Literal

Kind = Literal["queue", "fifo", "stream", "api", "topic", "tasks"]


@dataclass(frozen=True)
class Part:
    """A source with its consumer."""

    name: str
    kind: Kind = "queue"
    seconds: float = 0.5
    each: float = 0.05
    batch: int = 10
    window: float = 0.0
    reserved: int | None = None
    maximum: int | None = None
    provisioned: tuple[int, int] | None = None
    partial: bool = True
    failures: float = 0.0
    poison: float = 0.0
    receives: int | None = 3
    visibility: int = 60
    retention: int = 345_600
    groups: int = 0
    shards: int = 1
    parallel: int = 1
    kilobytes: float = 1.0
    retries: int = -1
    bisect: bool = False
    destination: bool = True
    """What failed every time goes somewhere; otherwise it is lost."""
    enabled: bool = True
    as_text: bool = False
    """The redrive policy is written as JSON text."""
    most_age: float | None = None
    throttle: float | None = None
    call_limit: float | None = None
    units: int | None = None
    connections: int | None = None
    alarm_age: tuple[float, int] | None = None
    """Threshold and evaluation periods of a minute."""
    alarm_depth: tuple[float, int] | None = None
    least: int = 0
    most: int = 10
    per_task: float | None = None
    steps: tuple[tuple[float, int], ...] = ()
    start: float = 60.0

    @property
    def attempts(self) -> float:
        return inf if self.retries < 0 else self.retries + 1


@dataclass(frozen=True)
class World:
    """Parts, which of them something arrives at, and what hands on to what."""

    parts: tuple[Part, ...]
    entries: tuple[str, ...]
    links: tuple[tuple[str, str, float], ...] = ()
    rate: float = 10.0
    peak: float = 1.0
    hours: float = 0.0
    pool: int = 1000
    rivals: tuple[tuple[str, str], ...] = ()
    """Parts that take from the queue of another part."""
    dead: tuple[tuple[str, str], ...] = ()
    """Parts whose dead-letter queue is the queue of another part."""

    def times(self, multiple: float) -> "World":
        return replace(self, rate=self.rate * multiple)

    def part(self, name: str) -> Part:
        return next(one for one in self.parts if one.name == name)

    def source(self, name: str) -> str:
        return dict(self.rivals).get(name, name)

    def flow(self, name: str) -> str:
        """Return the name that the report gives to a flow."""
        part = self.part(name)
        source = f"{self.source(name)}Source"
        return f"{source} → {name}{'Task' if part.kind == 'tasks' else ''}"
