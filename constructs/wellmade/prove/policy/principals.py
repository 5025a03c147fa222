"""Who asks, and whom a resource's policy means.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from wellmade.prove.policy.arns import SEGMENTS, segments
from wellmade.prove.policy.elements import Element, texts
from wellmade.prove.policy.errors import PolicyError

KINDS = ("AWS", "Service", "Federated", "CanonicalUser")


class Level(IntEnum):
    """How directly a resource's policy names who asks; the more directly, the less others limit it."""

    NOBODY = 0
    ACCOUNT = 1
    """The account, which then decides with its own policies."""
    ROLE = 2
    """The role; a permission boundary and a session policy still limit it."""
    DIRECT = 3
    """The user, the session, the service or everybody."""


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks, under every name that a policy may use."""

    account: str
    """Empty for a service of AWS."""
    direct: str
    """The user, the session or the service."""
    role: str = ""

    @property
    def names(self) -> frozenset[str]:
        """Every name; a statement with NotPrincipal spares who is listed under all of them."""
        return frozenset(filter(None, (self.account, self.direct, self.role)))


@lru_cache(maxsize=1024)
def requester(principal: str) -> Requester:
    """Read the ARN of a role, a session or a user, or the name of a service such as `sns.amazonaws.com`.

    Raises:
        PolicyError: If it is none of these.
    """
    if principal.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return Requester("", principal)
    parts = segments(principal)
    if len(parts) != SEGMENTS or not parts[4]:
        raise PolicyError(f"principal must be the ARN of a role or user, or a service, got {principal!r}")
    account, (kind, _, name) = parts[4], parts[5].partition("/")
    if kind == "role":
        return Requester(account, "", _without_path(principal))
    if kind == "assumed-role":
        return Requester(account, principal, f"arn:{parts[1]}:iam::{account}:role/{name.partition('/')[0]}")
    return Requester(account, _without_path(principal))


class Principals:
    """The `Principal` element, or `NotPrincipal`, of one statement."""

    __slots__ = ("_allows", "_names", "_negated")

    def __init__(self, element: Element, where: str, *, allows: bool) -> None:
        self._names = frozenset(_names(element.value, f"{where}: {element.name}"))
        self._negated = element.negated
        self._allows = allows

    def level(self, principal: str, *, bounded: bool = False) -> Level:
        """Tell how directly these are who asks; an unknown asker is only among everybody.

        `NotPrincipal` is for denials alone. They spare nobody who has a permission boundary.
        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html

        Args:
            principal: Who asks.
            bounded: Whether who asks has a permission boundary. Default: no.
        """
        names = self._names
        if self._negated:
            if self._allows:
                return Level.NOBODY
            spared = principal and not bounded and requester(principal).names <= names
            return Level.NOBODY if spared else Level.DIRECT
        if "*" in names or not principal:
            return Level.DIRECT if "*" in names else Level.NOBODY
        asker = requester(principal)
        if asker.direct in names:
            return Level.DIRECT
        if asker.role in names:
            return Level.ROLE
        return Level.ACCOUNT if asker.account in names else Level.NOBODY


def _names(value: object, where: str) -> Iterator[str]:
    kinds = {"AWS": "*"} if value == "*" else value
    if not isinstance(kinds, Mapping) or not kinds or not set(kinds) <= set(KINDS):
        raise PolicyError(f'{where} must be "*" or an object with {", ".join(KINDS)}, got {value!r}')
    for kind, given in kinds.items():
        for name in texts(given, f"{where}: {kind}"):
            if not name or ("*" in name and name != "*"):
                raise PolicyError(f"{where} must name principals whole, without wildcards, got {name!r}")
            yield _without_path(name)


def _without_path(name: str) -> str:
    """Return what a principal is known by: its account's number if it is a root, otherwise without the path.

    Names of roles and users are unique in an account whatever their path, and a session does not tell it.
    """
    parts = segments(name)
    if len(parts) != SEGMENTS or parts[2] != "iam":
        return name
    if parts[5] == "root":
        return parts[4]
    kind, _, path = parts[5].partition("/")
    return ":".join([*parts[:5], f"{kind}/{path.rpartition('/')[2]}"])
