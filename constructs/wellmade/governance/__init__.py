"""What holds for an account and its bill, whoever deploys what into it."""

from wellmade.governance.cost_guard import CostGuard
from wellmade.kit.option_classes import check_options

__all__ = ["CostGuard"]

check_options(__name__)
