"""What the tests of policies share."""

from typing import Any

from wellmade.prove.policy import Authorizer, Decision, Policy, Request

ACCOUNT = "111122223333"
OTHER = "444455556666"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/run"
USER = f"arn:aws:iam::{ACCOUNT}:user/ann"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs"

Document = dict[str, Any]


def document(*statements: Document, version: str = "2012-10-17") -> Document:
    return {"Version": version, "Statement": list(statements)}


def allow(action: Any = "*", resource: Any = "*", **more: Any) -> Document:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any = "*", resource: Any = "*", **more: Any) -> Document:
    return allow(action, resource, **more) | {"Effect": "Deny"}


def identity(*statements: Document, version: str = "2012-10-17") -> Policy:
    return Policy.parse(document(*statements, version=version), "Handler")


def attached(*statements: Document) -> Policy:
    return Policy.parse(document(*statements), "QueuePolicy", "resource")


def decide(*statements: Document, action: str = "sqs:SendMessage", **request: Any) -> Decision:
    """Decide with the policy of an identity alone."""
    return Authorizer([identity(*statements)]).decide(Request(action, **{"resource": QUEUE, **request}))


def holds(condition: Document, context: Document, version: str = "2012-10-17") -> bool:
    """Tell whether a condition lets a statement apply."""
    statement = allow(Condition=condition)
    policy = Authorizer([identity(statement, version=version)])
    return policy.decide(Request("sqs:SendMessage", QUEUE, context)).allowed
