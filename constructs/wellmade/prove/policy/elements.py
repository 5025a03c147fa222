"""The grammar of a statement.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from wellmade.prove.policy.errors import PolicyError

Kind = Literal["identity", "resource"]
"""`resource` if the policy is attached to a resource or is a role's trust policy."""

EITHER = ("Principal", "Action", "Resource")
"""Each has a twin that begins with Not; a statement has one of the two."""

ELEMENTS = ("Sid", "Effect", *EITHER, *(f"Not{name}" for name in EITHER), "Condition")


class Element(NamedTuple):
    """One of a pair of twins: what is meant, or what is not meant."""

    name: str
    value: Any
    negated: bool

    def names(self) -> tuple[str, ...]:
        """Return the texts of a list; those that are not meant as one, with the element's name before it."""
        return (f"{self.name} {', '.join(self.value)}",) if self.negated else tuple(self.value)


def check(body: object, where: str, kind: Kind) -> Mapping[str, Any]:
    """Return the statement if it has the elements that it must have and no others.

    Raises:
        PolicyError: If it has not.
    """
    if not isinstance(body, Mapping):
        raise PolicyError(f"{where} must be an object, got {body!r}")
    if unknown := sorted(str(name) for name in body if name not in ELEMENTS):
        raise PolicyError(f"{where}: no such element: {unknown[0]}; IAM has {', '.join(ELEMENTS)}")
    if body.get("Effect") not in ("Allow", "Deny"):
        raise PolicyError(f"{where}: Effect must be Allow or Deny, got {body.get('Effect')!r}")
    needed = {"Action", "Resource"} if kind == "identity" else {"Action", "Principal"}
    for name in EITHER:
        given = [each for each in (name, f"Not{name}") if each in body]
        if len(given) > 1 or (name in needed and not given):
            found = " and ".join(given) or "neither"
            raise PolicyError(f"{where} must have either {name} or Not{name}, got {found}")
        if name == "Principal" and given and kind == "identity":
            raise PolicyError(f"{where}: a policy of an identity has no {given[0]}; remove it")
    return body


def element(body: Mapping[str, Any], name: str) -> Element | None:
    """Return the element or its twin, None if there is neither."""
    if name in body:
        return Element(name, body[name], negated=False)
    twin = f"Not{name}"
    return Element(twin, body[twin], negated=True) if twin in body else None


def texts(given: object, where: str) -> Sequence[str]:
    """Return one text or several as several.

    Raises:
        PolicyError: If there is none, or anything but text, such as an intrinsic function not resolved.
    """
    found = [given] if isinstance(given, str) else given
    if not isinstance(found, list | tuple) or not found:
        raise PolicyError(f"{where} must be text or a list of texts, got {given!r}")
    if wrong := [each for each in found if not isinstance(each, str)]:
        raise PolicyError(f"{where} must be text or a list of texts, got {wrong[0]!r} in it")
    return found
