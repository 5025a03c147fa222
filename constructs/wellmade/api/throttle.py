"""At which rate an API, or one route of it, lets requests pass."""

from dataclasses import dataclass

from constructs import IConstruct

from wellmade.facts.apigateway import ACCOUNT_BURST, ACCOUNT_RATE
from wellmade.kit.refusals import require_between


@dataclass(frozen=True)
class Throttle:
    """How many requests pass; more are answered with 429.

    Args:
        rate_limit: Requests a second on average, up to 10,000. Default: 50.
        burst_limit: Requests at once, up to 5,000. Default: 100.
    """

    rate_limit: float = 50
    burst_limit: int = 100


def refuse_wrong_throttle(scope: IConstruct, option: str, throttle: Throttle) -> None:
    """Raise where a limit is not positive, or more than the account has.

    Raises:
        RefusedError: If it is.
    """
    fix = f"the account has {ACCOUNT_RATE} in all"
    require_between(scope, f"{option}.rate_limit", throttle.rate_limit, 0.1, ACCOUNT_RATE, fix)
    fix = f"the account has {ACCOUNT_BURST} in all"
    require_between(scope, f"{option}.burst_limit", throttle.burst_limit, 1, ACCOUNT_BURST, fix)
