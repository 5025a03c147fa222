"""IAM's decisions, without AWS: compile policies once, decide requests often, and say why."""

from wellmade.prove.policy.authorizer import Authorizer
from wellmade.prove.policy.decision import Decision
from wellmade.prove.policy.document import Policy
from wellmade.prove.policy.errors import PolicyError
from wellmade.prove.policy.principals import Level
from wellmade.prove.policy.request import Request, Value
from wellmade.prove.policy.statement import Statement

__all__ = ["Authorizer", "Decision", "Level", "Policy", "PolicyError", "Request", "Statement", "Value"]
