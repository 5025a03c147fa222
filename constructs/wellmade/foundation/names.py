"""Names that are known before the resource exists.

A bucket's notification needs the queue's policy, and that policy names the bucket: a circle, unless the
name can be computed. The stack's own id is unique, known from the start and never changes.
"""

import hashlib
import re
from functools import cache

from aws_cdk import Aws, Fn
from constructs import Construct

from wellmade.foundation.tree import path_of

UUID_LENGTH = 36


def stack_scoped_name(scope: Construct, construct_id: str, *, max_length: int, suffix: str = "") -> str:
    """Return a lower-case name, unique in the world and stable for the life of the stack.

    It reads `<construct path>-<hash of the path>-<uuid of the stack><suffix>`.

    Args:
        scope: Where the resource will be defined.
        construct_id: The id that it will have there.
        max_length: Characters the service allows, the suffix included.
        suffix: What the service wants at the end, `.fifo` for instance. Default: nothing.
    """
    path = f"{path_of(scope)}/{construct_id}"
    tail = hashlib.sha256(path.encode()).hexdigest()[:8]
    room = max_length - len(suffix) - UUID_LENGTH - len(tail) - 2
    words = path.split("/", 1)[-1].lower()
    slug = re.sub(r"[^a-z0-9]+", "-", words).strip("-")[:room].rstrip("-")
    return f"{slug}-{tail}-{_stack_uuid()}{suffix}"


def short_stack_scoped_name(scope: Construct, construct_id: str) -> str:
    """Return a name of 40 characters, for services that allow no more: a hash and the uuid of the stack."""
    digest = hashlib.sha256(f"{path_of(scope)}/{construct_id}".encode()).hexdigest()
    return f"a{digest[:2]}-{_stack_uuid()}"


@cache
def _stack_uuid() -> str:
    """Return the last part of `arn:aws:cloudformation:<region>:<account>:stack/<name>/<uuid>`."""
    return Fn.select(2, Fn.split("/", Aws.STACK_ID))
