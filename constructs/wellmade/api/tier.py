"""What a tenant may ask of an API, by the tier that it pays for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from constructs import IConstruct

from wellmade.api.throttle import Throttle, refuse_wrong_throttle
from wellmade.facts.apigateway import ACCOUNT_BURST, ACCOUNT_RATE, QUOTA_PERIODS
from wellmade.facts.sqs import SOURCE_CONCURRENCY
from wellmade.kit.refusals import refusal, require_between

MOST_TENANTS = 90
"""What the variables of one function tell of, 4 KB in all."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")
_LEAST_RATE = 0.01


@dataclass(frozen=True)
class Tier:
    """What one tenant of a tier may ask for, and how much of the worker all of them get.

    Args:
        rate_limit: Requests a second of one tenant on average, up to 10,000. Default: 5.
        burst_limit: Requests of one tenant at once, up to 5,000. Default: 10.
        quota: Most requests of one tenant in a `quota_period`. Default: as many as the rate lets pass.
        quota_period: `DAY`, `WEEK` or `MONTH`. Default: `MONTH`.
        max_concurrency: Most copies of the worker at once for a queue of this tier, 2 to 1,000. Default: an
            equal share of what the function reserves; 10 where it reserves nothing.
        own_queue: Whether each tenant of the tier has a queue of its own. Default: its tenants share one that
            is fair, in which none waits for another one's jobs.
        anomaly_factor: How many times its rate a tenant must ask for in a minute, what is refused included,
            before it is throttled by itself, over 1; None throttles nobody. Default: 5.
        throttled_rate: Requests a second of one tenant while that lasts. Default: a tenth of `rate_limit`.
    """

    rate_limit: float = 5
    burst_limit: int = 10
    quota: int | None = None
    quota_period: Literal["DAY", "WEEK", "MONTH"] = "MONTH"
    max_concurrency: int | None = None
    own_queue: bool = False
    anomaly_factor: float | None = 5
    throttled_rate: float | None = None

    @property
    def while_throttled(self) -> float:
        """Requests a second of a tenant that is throttled."""
        return self.rate_limit / 10 if self.throttled_rate is None else self.throttled_rate

    @property
    def anomaly(self) -> float | None:
        """Requests of a minute above which a tenant is throttled."""
        return None if self.anomaly_factor is None else self.anomaly_factor * self.rate_limit * 60


def throttle_of_all(tiers: Mapping[str, Tier], tenants: Mapping[str, str]) -> Throttle:
    """Return a throttle of the stage that no tenant can use up for others, as far as the account goes."""
    asked = [tiers[tier] for tier in tenants.values()]
    return Throttle(
        rate_limit=min(ACCOUNT_RATE, sum(tier.rate_limit for tier in asked)),
        burst_limit=min(ACCOUNT_BURST, sum(tier.burst_limit for tier in asked)),
    )


def refuse_wrong_tenants(scope: IConstruct, tiers: Mapping[str, Tier], tenants: Mapping[str, str]) -> None:
    """Raise where tiers or tenants cannot be as they are given.

    Raises:
        RefusedError: With the first that cannot.
    """
    for name, tier in tiers.items():
        _refuse_wrong_name(scope, "tiers", name)
        _refuse_wrong_tier(scope, f"tiers[{name!r}]", tier)
    fix = f"define another TenantApi for more than {MOST_TENANTS}, in a stack of its own"
    require_between(scope, "tenants, by number,", len(tenants), 1, MOST_TENANTS, fix)
    for tenant, tier_name in tenants.items():
        _refuse_wrong_name(scope, "tenants", tenant)
        if tier_name not in tiers:
            fix = "name a tier that is in tiers, or add it there"
            allowed = f"one of {', '.join(tiers) or 'tiers, which is empty'}"
            raise refusal(scope, f"tenants[{tenant!r}]", allowed, repr(tier_name), fix)


def _refuse_wrong_name(scope: IConstruct, option: str, name: str) -> None:
    if not _NAME.fullmatch(name):
        fix = "write it as in free or acme-eu"
        allowed = "by names of up to 20 lower-case letters, digits and hyphens, a letter first"
        raise refusal(scope, option, allowed, repr(name), fix)


def _refuse_wrong_tier(scope: IConstruct, option: str, tier: Tier) -> None:
    refuse_wrong_throttle(scope, option, Throttle(tier.rate_limit, tier.burst_limit))
    if tier.quota is not None and tier.quota < 1:
        fix = "leave the tenants out who may ask for nothing"
        raise refusal(scope, f"{option}.quota", "at least 1", tier.quota, fix)
    if tier.quota_period not in QUOTA_PERIODS:
        allowed, fix = f"one of {', '.join(QUOTA_PERIODS)}", "API Gateway counts over no other time"
        got = repr(tier.quota_period)
        raise refusal(scope, f"{option}.quota_period", allowed, got, fix, rule="service-text")
    if tier.max_concurrency is not None:
        fix, wanted = "an SQS source runs at least two copies", tier.max_concurrency
        require_between(
            scope, f"{option}.max_concurrency", wanted, *SOURCE_CONCURRENCY, fix, rule="service-limit"
        )
    if tier.anomaly_factor is not None and tier.anomaly_factor <= 1:
        fix = "5 suits most; None throttles nobody"
        raise refusal(scope, f"{option}.anomaly_factor", "over 1", f"{tier.anomaly_factor:.12g}", fix)
    fix, least = "a tenth of rate_limit suits most", min(_LEAST_RATE, tier.rate_limit)
    require_between(scope, f"{option}.throttled_rate", tier.while_throttled, least, tier.rate_limit, fix)
