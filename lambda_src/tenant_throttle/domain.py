"""What a tenant's usage plan should let pass: what its tier says, or less while it asks for far too much."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

ANOMALY, USUAL = "ALARM", "OK"
"""States of an alarm; in any other nothing is known, and a plan stays as it is."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a plan lets pass."""

    rate: float
    burst: int


@dataclass(frozen=True, slots=True)
class Tenant:
    """One tenant, and what its plan lets pass by the state of its alarm."""

    name: str
    plan_id: str
    by_state: Mapping[str, Limits]


@dataclass(frozen=True, slots=True)
class Change:
    """A plan that lets pass something else than it should."""

    tenant: Tenant
    limits: Limits
    is_throttle: bool
    """Whether the tenant is throttled; else that is taken back."""


def tenants_of(text: str) -> list[Tenant]:
    """Read what `TenantApi` tells: by tier its limits, and the ids of its tenants' plans."""
    return [
        Tenant(
            name,
            plan_id,
            {
                USUAL: Limits(tier["rate_limit"], tier["burst_limit"]),
                ANOMALY: Limits(tier["throttled_rate"], 1),
            },
        )
        for tier in json.loads(text).values()
        for name, plan_id in tier["plans"].items()
    ]


def changes(
    tenants: list[Tenant], states: Mapping[str, str], plans: Mapping[str, Limits]
) -> Iterator[Change]:
    """Yield what must be changed; the state of an alarm tells it, whatever was done before.

    Args:
        tenants: All of them.
        states: Of their alarms, by the tenant's name; of one that is not there nothing is known.
        plans: What the plans let pass now, by id; a plan that is not there has been deleted.
    """
    for tenant in tenants:
        state = states.get(tenant.name, "")
        wanted = tenant.by_state.get(state)
        if wanted and tenant.plan_id in plans and plans[tenant.plan_id] != wanted:
            yield Change(tenant, wanted, state == ANOMALY)
