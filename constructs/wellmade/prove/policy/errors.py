"""What is wrong with a policy, and where."""

from wellmade.errors import WellmadeError


class PolicyError(WellmadeError):
    """IAM would refuse this policy, or cannot have meant it; the message says which statement and why."""
