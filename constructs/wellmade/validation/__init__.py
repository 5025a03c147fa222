"""Where CDK and the tools meet: rules that refuse a stack while it is synthesized."""

from wellmade.validation.monthly_cost import MonthlyCost
from wellmade.validation.safe_upgrade import SafeUpgrade
from wellmade.validation.wellmade_checks import WellmadeChecks

__all__ = ["MonthlyCost", "SafeUpgrade", "WellmadeChecks"]
