"""Rules about security groups, subnets, endpoints and load balancers."""

__all__ = []
