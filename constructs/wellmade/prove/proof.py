"""What is known of a workload's calls, and what is said of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from wellmade.graph import Resource
from wellmade.prove.reading.sites import Site
from wellmade.prove.report import Asked, NotJudged, Report


class Unreached(NamedTuple):
    """A call in code that no test has reached, and what it asks of AWS."""

    site: Site
    asked: Sequence[Asked]
    """Nothing where that is not known."""
    actions: Sequence[str]
    """What it may need then, as far as its name tells."""


class Untested(NamedTuple):
    """A call in code that no test has reached."""

    site: Site
    outcome: str
    """`allowed`, `denied` or `not judged`, as far as the code tells."""


@dataclass(frozen=True)
class Proof:
    """What is said of one workload."""

    workload: Resource
    report: Report
    witness: str
    """What tells its calls: `tests`, `local cloud`, `code`, `definition` or `nothing`."""
    exempt: str = ""
    """Why it is left out."""
    untested: Sequence[Untested] = ()
    """Calls in its code that no test has reached."""
    told: Sequence[str] = ()
    """What the settings tell of its libraries."""

    @property
    def verdict(self) -> str:
        """`proven`, `not proven`, `not judged` or `exempt`; `likely` where code or settings alone say so."""
        if self.exempt:
            return "exempt"
        likely = (self.witness == "code" or self.told) and self.report.proven
        return "likely" if likely else self.report.verdict


@dataclass
class Workload:
    """A workload, and what is known of its calls."""

    resource: Resource
    witness: str
    calls: int = 0
    asked: list[Asked] = field(default_factory=list)
    not_judged: list[NotJudged] = field(default_factory=list)
    unreached: list[Unreached] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
