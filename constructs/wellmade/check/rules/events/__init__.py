"""Rules about event buses, rules, pipes and schedules."""

__all__ = []
