"""What IAM is asked to decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from wellmade.prove.policy.arns import SEGMENTS, segments
from wellmade.prove.policy.variables import Context

Single = str | bool | float | datetime
_TRUE, _FALSE = ("true",), ("false",)
Value = Single | Sequence[Single]


@dataclass(slots=True)
class Request:
    """One action on one resource; nobody changes it, and to forbid that would take half as long again.

    Args:
        action: Such as `s3:GetObject`; case does not count.
        resource: ARN of what is acted on. Default: `*`, for actions that know no resources.
        context: Condition keys, whose case does not count, and their values. What is not given is absent:
            also keys that AWS itself always sends, such as `aws:SecureTransport`.
        principal: ARN of the role, session or user that asks, or the name of a service. Default: unknown;
            then a resource's policy grants only what it grants to everybody.
        account: Whose resource it is, where the ARN does not say. Default: the account in the resource's ARN,
            otherwise that of who asks.
    """

    action: str
    resource: str = "*"
    context: Mapping[str, Value] = field(default_factory=dict)
    principal: str = ""
    account: str = ""
    _values: Context | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def values(self) -> Context:
        """The context as conditions read it; worked out when it is first asked for."""
        values = self._values
        if values is None:
            self._values = values = {
                key.lower(): (value,) if value.__class__ is str else _texts(value)
                for key, value in self.context.items()
            }
        return values

    @property
    def owner(self) -> str:
        """The account whose resource it is; empty if that of who asks."""
        return self.account or owner_of(self.resource)


@lru_cache(maxsize=1 << 12)
def owner_of(resource: str) -> str:
    """Return the account in an ARN; empty if there is none."""
    parts = segments(resource)
    return parts[4] if len(parts) == SEGMENTS else ""


def _texts(value: Value) -> tuple[str, ...]:
    if value is True or value is False:
        return _TRUE if value else _FALSE
    if isinstance(value, str | bool | int | float | datetime):
        return (_text(value),)
    return tuple(_text(each) for each in value)


def _text(value: Single) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)
