"""Names that are known before the resource exists.

A dead-letter queue names the queue that may use it, and that queue names its dead-letter queue: a cycle,
unless the name is text. It is computed from the stack's name and the path within the stack, so that it
survives a move into a `Stage`, another construct id of the stack, and use from another stack.
"""

import hashlib
import re

from aws_cdk import Aws
from constructs import Construct

from wellmade.kit.lookups import outermost_stack, path_of, stack_of

DEFAULT_BUS = "default"
"""The event bus of every account, whose name is left out of ARNs and metrics of its rules."""
_SUFFIX_OF_NAMESPACE = "-123456789012-ap-southeast-1-an"
"""The longest: account, region, and what marks the account-regional namespace."""


def early_name(scope: Construct, construct_id: str, *, max_length: int, suffix: str = "") -> str:
    """Return a lower-case name, unique in an account and region, and stable for the life of the stack.

    It reads `<stack name>-<path within the stack>-<hash of both><suffix>`; the readable part is cut to fit.

    Args:
        scope: Where the resource will be defined.
        construct_id: The id that it will have there.
        max_length: Characters the service allows, the suffix included.
        suffix: What the service wants at the end, `.fifo` for instance. Default: nothing.
    """
    name, within = stable_place(scope, construct_id)
    digest = hashlib.sha256(f"{name}/{within}".encode()).hexdigest()[:8]
    room = max_length - len(suffix) - len(digest) - 1
    slug = re.sub(r"[^a-z0-9]+", "-", f"{name}/{within}".lower()).strip("-")[:room].rstrip("-")
    return f"{slug}-{digest}{suffix}"


def stable_place(scope: Construct, construct_id: str) -> tuple[str, str]:
    """Return the stack's name and the path within the stack, which are stable for the life of the stack.

    Args:
        scope: Where something is, or will be, defined.
        construct_id: Its id there.
    """
    stack = outermost_stack(stack_of(scope))
    return stack.stack_name, f"{path_of(scope)}/{construct_id}".removeprefix(f"{path_of(stack)}/")


def early_identifier(scope: Construct, construct_id: str, *, max_length: int) -> str:
    """Return such a name as SQL takes it unquoted: lower-case letters, digits and underscores.

    Args:
        scope: Where the resource will be defined.
        construct_id: The id that it will have there.
        max_length: Characters the service allows.
    """
    name = early_name(scope, construct_id, max_length=max_length).replace("-", "_")
    return name if name[0].isalpha() else f"x{name[1:]}"


def early_bucket_prefix(scope: Construct, construct_id: str) -> str:
    """Return what the name of a bucket in the account's own namespace begins with.

    CloudFormation appends account and region; nobody else can take such a name.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html
    """
    return early_name(scope, construct_id, max_length=63 - len(_SUFFIX_OF_NAMESPACE))


def name_in_namespace(prefix: str) -> str:
    """Return the whole name of a bucket in the account's own namespace."""
    return f"{prefix}-{Aws.ACCOUNT_ID}-{Aws.REGION}-an"


def rule_arn(scope: Construct, name: str, bus_name: str = DEFAULT_BUS) -> str:
    """Return the ARN of a rule by its name, since policies name it before it exists.

    A reference would close a cycle: the rule needs its target's policy, which names the rule.

    Args:
        scope: Where the rule is defined.
        name: The rule's name.
        bus_name: Whose rule it is; the default bus is not in the ARN.
    """
    within = name if bus_name == DEFAULT_BUS else f"{bus_name}/{name}"
    return stack_of(scope).format_arn(service="events", resource="rule", resource_name=within)
