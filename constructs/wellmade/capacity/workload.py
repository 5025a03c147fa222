"""What templates do not say: how much arrives, how long things take."""

from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from wellmade.capacity.arrival import Arrival
from wellmade.capacity.located_yaml import LocatedYaml, Scalar, read
from wellmade.capacity.units import LARGEST
from wellmade.errors import WellmadeError
from wellmade.facts.lambda_ import ACCOUNT_CONCURRENCY, UNRESERVED


@dataclass(frozen=True)
class Account:
    """Lambda's concurrency in the account and region."""

    concurrency: float = ACCOUNT_CONCURRENCY
    keep_free: float = UNRESERVED
    used_elsewhere: float = 0.0
    region: str = ""


@dataclass(frozen=True)
class Runs:
    """How a function or a task of a service works; None where the file says nothing."""

    seconds: float | None = None
    seconds_per_item: float | None = None
    items: float | None = None
    failures: float | None = None
    poison: float | None = None
    connections: float | None = None
    concurrency: float | None = None
    start: float | None = None
    calls: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """What a queue or a stream allows at once."""

    shards: float | None = None
    groups: float | None = None
    kilobytes: float | None = None


@dataclass(frozen=True)
class Workload:
    """The whole file; `where` is the place of each name, for errors."""

    account: Account = Account()
    stated: frozenset[str] = frozenset()
    arrivals: dict[str, Arrival] = field(default_factory=dict)
    runs: dict[str, Runs] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    databases: dict[str, float] = field(default_factory=dict)
    limits: dict[str, float] = field(default_factory=dict)
    settings: dict[str, dict[str, Scalar]] = field(default_factory=dict)
    """What a template leaves to parameters or other stacks: by resource, then by the path of a property."""
    conditions: dict[str, bool] = field(default_factory=dict)
    """Which conditions of the templates hold where they are deployed."""
    gigabytes: dict[str, float] = field(default_factory=dict)
    """Stored in, or passed through, a resource in a month; only `wellmade cost` asks for it."""
    where: dict[str, str] = field(default_factory=dict)

    def place(self, section: str, name: str) -> str:
        """Return where a name was written, as the start of an error."""
        return f"{self.where.get(f'{section}.{name}', '--' + section)} {name}"

    def refuse_again(self, section: str, name: str) -> None:
        """Refuse a second name of the same, unless it is a flag's, which says more than the file.

        Raises:
            WellmadeError: If the file has both.
        """
        if f"{section}.{name}" in self.where:
            place = self.place(section, name)
            raise WellmadeError(f"{place} means what another name there means; give it once")


_MOST = {"failures": 0.99, "poison": 0.99}
_RUNNERS = ("functions", "tasks", "state_machines")
_SECTIONS = (
    *("account", "arrivals", *_RUNNERS, "sources", "databases", "limits", "settings", "conditions"),
    "gigabytes",
)


def read_workload(file: Path) -> Workload:
    """Read a capacity file.

    Raises:
        WellmadeError: With file, line, key and what is allowed, if something is not as the format says.
    """
    root = read(file)
    top = root.entries(_SECTIONS) if root else {}
    sections = {name: top[name].entries() if name in top else {} for name in _SECTIONS}
    account = top["account"].entries(tuple(one.name for one in fields(Account))) if "account" in top else {}
    runs = _told_once(sections)
    return Workload(
        account=_account(account),
        stated=frozenset(account),
        arrivals={name: _arrival(value) for name, value in sections["arrivals"].items()},
        runs={name: _runs(value) for name, value in runs.items()},
        sources={name: _source(value) for name, value in sections["sources"].items()},
        databases={name: _connections(value) for name, value in sections["databases"].items()},
        limits={name: value.number(least=0.001) for name, value in sections["limits"].items()},
        settings={name: _settings(value) for name, value in sections["settings"].items()},
        conditions={name: value.flag() for name, value in sections["conditions"].items()},
        gigabytes={name: value.number() for name, value in sections["gigabytes"].items()},
        where=_places(sections),
    )


def with_peak(workload: Workload, multiple: float | None, hours: float | None) -> Workload:
    """Give every arrival this peak.

    Raises:
        WellmadeError: If there are hours without a multiple.
    """
    if multiple is None:
        if hours is not None:
            raise WellmadeError("--hours needs --peak: how many times the load of the rest of the day?")
        return workload
    seconds = (8.0 if hours is None else hours) * 3600
    peaks = {name: Arrival(one.per_second, multiple, seconds) for name, one in workload.arrivals.items()}
    return replace(workload, arrivals=peaks)


def _account(entries: dict[str, LocatedYaml]) -> Account:
    numbers = {name: value.number(whole=True) for name, value in entries.items() if name != "region"}
    region = entries["region"].text() if "region" in entries else ""
    return Account(**numbers, region=region)


def _places(sections: dict[str, dict[str, LocatedYaml]]) -> dict[str, str]:
    named = dict.fromkeys(_RUNNERS, "functions")
    return {
        f"{named.get(section, section)}.{name}": f"{value.place}: {section}"
        for section, entries in sections.items()
        for name, value in entries.items()
    }


def _arrival(value: LocatedYaml) -> Arrival:
    entries = value.entries(("per_second", "peak"))
    if "per_second" not in entries:
        value.refuse("must have per_second")
    peak = entries["peak"].entries(("multiple", "hours")) if "peak" in entries else {}
    if peak and len(peak) < 2:
        entries["peak"].refuse("must have both multiple and hours")
    per_second = entries["per_second"].number()
    if not peak:
        return Arrival(per_second)
    hours = peak["hours"].number(least=0.01, most=24)
    return Arrival(per_second, peak["multiple"].number(least=1.0), hours * 3600)


def _told_once(sections: dict[str, dict[str, LocatedYaml]]) -> dict[str, LocatedYaml]:
    """Return what functions, tasks and state machines take, each named in one section."""
    found: dict[str, LocatedYaml] = {}
    for section in _RUNNERS:
        for name, value in sections[section].items():
            if name in found:
                value.refuse(f"is given at {found[name].place} too; give it once")
            found[name] = value
    return found


def _settings(value: LocatedYaml) -> dict[str, Scalar]:
    return {path: one.scalar() for path, one in value.entries().items()}


def _runs(value: LocatedYaml) -> Runs:
    entries = value.entries(tuple(one.name for one in fields(Runs)))
    calls = entries.pop("calls").entries() if "calls" in entries else {}
    numbers = {
        name: one.number(least=1.0 if name == "concurrency" else 0.0, most=_MOST.get(name, LARGEST))
        for name, one in entries.items()
    }
    return Runs(**numbers, calls={name: one.number() for name, one in calls.items()})


def _source(value: LocatedYaml) -> Source:
    entries = value.entries(tuple(one.name for one in fields(Source)))
    return Source(
        **{
            name: one.number(least=0.001) if name == "kilobytes" else one.number(least=1, whole=True)
            for name, one in entries.items()
        }
    )


def _connections(value: LocatedYaml) -> float:
    entries = value.entries(("connections",))
    if "connections" not in entries:
        value.refuse("must have connections")
    return entries["connections"].number(least=1, whole=True)
