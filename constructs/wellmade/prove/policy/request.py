"""What IAM is asked to decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from wellmade.prove.policy.arns import SEGMENTS, segments
from wellmade.prove.policy.variables import Context

Single = str | bool | float | datetime
Value = Single | Sequence[Single]


@dataclass(frozen=True, slots=True)
class Request:
    """One action on one resource.

    Args:
        action: Such as `s3:GetObject`; case does not count.
        resource: ARN of what is acted on. Default: `*`, for actions that know no resources.
        context: Condition keys, whose case does not count, and their values. What is not given is absent:
            also keys that AWS itself always sends, such as `aws:SecureTransport`.
        principal: ARN of the role, session or user that asks, or the name of a service. Default: unknown;
            then a resource's policy grants only what it grants to everybody.
        account: Whose resource it is. Default: the account in the resource's ARN, otherwise that of who asks.
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
            values = {key.lower(): _texts(value) for key, value in self.context.items()}
            object.__setattr__(self, "_values", values)
        return values

    def __post_init__(self) -> None:
        """Read the owner from the ARN."""
        if not self.account:
            parts = segments(self.resource)
            object.__setattr__(self, "account", parts[4] if len(parts) == SEGMENTS else "")


def _texts(value: Value) -> tuple[str, ...]:
    if isinstance(value, str | bool | int | float | datetime):
        return (_text(value),)
    return tuple(_text(each) for each in value)


def _text(value: Single) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)
