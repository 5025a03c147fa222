"""What the tests of policies share."""

import json
from pathlib import Path
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


def record(
    folder: Path,
    *calls: Document,
    file: str = "mine/handler.py",
    handler: str = "handler",
    variables: dict[str, str] | None = None,
) -> Path:
    """Write what tests of a project in a folder recorded: all calls through one handler, which is written too."""
    code = folder / file
    code.parent.mkdir(parents=True, exist_ok=True)
    if not code.exists():
        code.write_text(f"def {handler}(event, context): ...\n")
    found = [
        {"region": "us-east-1", "default_region": True, "frames": [[file, handler, 1]], **call}
        for call in calls
    ]
    read = {file: {name: [value] for name, value in (variables or {}).items()}}
    document = {"version": 2, "root": str(folder), "calls": found, "variables": read, "failed": []}
    recording = folder / "calls.json"
    recording.write_text(json.dumps(document))
    return recording


def call(service: str, operation: str, **parameters: Any) -> Document:
    """Return a call as it is recorded."""
    return {"service": service, "operation": operation, "parameters": parameters}
