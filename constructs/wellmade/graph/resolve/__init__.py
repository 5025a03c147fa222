"""What templates mean: resolved values, the resources that they name, policies, variables, networks."""

__all__ = []
