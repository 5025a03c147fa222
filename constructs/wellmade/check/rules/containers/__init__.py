"""Rules about ECS, EKS and what they run on."""

__all__ = []
