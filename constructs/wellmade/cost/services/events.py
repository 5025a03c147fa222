"""Amazon EventBridge: custom events, archives, schedules."""

from collections.abc import Iterator

from wellmade.cost.meter import Charge, flat
from wellmade.cost.usage import Usage
from wellmade.graph import Resource

PAGE = "https://aws.amazon.com/eventbridge/pricing/"
EVENTS = flat("custom events", PAGE, "eventbridge_1m_custom_events_64_kb", per=1e6)
ARCHIVED = flat("GB archived", PAGE, "eventbridge_archive_gb_processed")
SCHEDULED = flat("schedules run", PAGE, "eventbridge_scheduler_1m_invocations_over_14m", per=1e6, free=14e6)
PIPED = flat("events through pipes", PAGE, "eventbridge_pipes_1m_requests_64_kb", per=1e6)


def bus(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield the events that are put on a bus; rules and most targets cost nothing."""
    yield Charge(EVENTS, usage.messages(resource))


def archive(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield what an archive takes in."""
    yield Charge(ARCHIVED, usage.gigabytes(resource, "archived"))


def schedule(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield the runs of a schedule, where the capacity file says how many."""
    yield Charge(SCHEDULED, usage.messages(resource))


def pipe(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield what goes through a pipe."""
    yield Charge(PIPED, usage.messages(resource))


PRICED = {
    "AWS::Events::EventBus": bus,
    "AWS::Events::Archive": archive,
    "AWS::Scheduler::Schedule": schedule,
    "AWS::Pipes::Pipe": pipe,
}
