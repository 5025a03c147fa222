"""What it costs to let requests in: by API Gateway, or by a load balancer."""

from wellmade.ingress.costs import Traffic, crossing, monthly_costs

__all__ = ["Traffic", "crossing", "monthly_costs"]
