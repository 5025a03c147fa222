"""AWS Step Functions: state transitions, or requests and memory over time."""

from collections.abc import Iterator
from math import inf

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, Meter, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.graph import Resource

PAGE = "https://aws.amazon.com/step-functions/pricing/"
TRANSITIONS = flat(
    "state transitions", PAGE, "step_functions_1000_state_transitions_standard", per=1000, free=4000
)
REQUESTS = flat("express requests", PAGE, "step_functions_1m_requests_express", per=1e6)
MEMORY = Meter(
    "express GB-hours", PAGE,
    ((1000, "step_functions_gb_hour_express_first_1000"), (5000, "step_functions_gb_hour_express_next_4000"),
     (inf, "step_functions_gb_hour_express_over_5000")),
)  # fmt: skip


def machine(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield one pass through every state of a workflow, for each message that starts it."""
    started = usage.messages(resource)
    if resource.get("StateMachineType", resource.get("Type")) == "EXPRESS":
        yield Charge(REQUESTS, started)
        yield NotPriced("GB-hours of express workflows: nothing tells how long they run")
        return
    states = _states(resource)
    if states is None:
        yield NotPriced("state transitions: the definition is in another file")
        return
    if started:
        usage.assume(f"{short(resource)}: {states} state transitions, each state once and nothing retried")
    yield Charge(TRANSITIONS, started * states)


def _states(resource: Resource) -> int | None:
    """Return how many states the definition has, each with its start and end as AWS counts them."""
    written = resource.get("DefinitionString") or resource.get("Definition")
    if written is None:
        return None
    whole = str(written)
    return max(1, whole.replace("\\", "").replace("'", '"').replace(" ", "").count('"Type":')) + 1


PRICED = {"AWS::StepFunctions::StateMachine": machine, "AWS::Serverless::StateMachine": machine}
