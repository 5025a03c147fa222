"""Programs that run for long: services behind a load balancer, workers behind a queue."""

__all__ = ()
