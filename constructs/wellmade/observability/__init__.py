"""Alarms with runbooks and graphs for what was defined without this library."""

from wellmade.kit.option_classes import check_options
from wellmade.observability.watch import Watch, watch

__all__ = ["Watch", "watch"]

check_options(__name__)
