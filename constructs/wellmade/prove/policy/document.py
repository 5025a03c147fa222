"""A policy: its statements, and quickly those that speak of an action."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wellmade.prove.policy.elements import Kind
from wellmade.prove.policy.errors import PolicyError
from wellmade.prove.policy.principals import Level
from wellmade.prove.policy.request import Request
from wellmade.prove.policy.statement import Statement

ELEMENTS = ("Version", "Id", "Statement")
VERSIONS = ("2012-10-17", "2008-10-17")
"""Variables count from 2012 on; a policy without a version is of 2008."""


class Policy:
    """One policy, or the union of several; compiled once, then asked often.

    Example:
        policy = Policy.parse({"Version": "2012-10-17", "Statement": []}, "Handler")

    Args:
        statements: What it says.
    """

    def __init__(self, statements: Iterable[Statement]) -> None:
        self.statements: tuple[Statement, ...] = tuple(statements)
        self.keys: frozenset[str] = frozenset(key for each in self.statements for key in each.keys)
        """The condition keys, in lower case, on which it may depend."""
        self._speaking: dict[str, tuple[list[Statement], list[Statement]]] = {}

    @classmethod
    def parse(cls, document: Mapping[str, Any] | str, name: str, kind: Kind = "identity") -> "Policy":
        """Compile a policy document.

        Args:
            document: The document, or its JSON.
            name: What reasons and errors call it.
            kind: `resource` if it is attached to a resource or is a role's trust policy. Default: `identity`,
                for policies of roles and users, boundaries, session and service control policies.

        Raises:
            PolicyError: If IAM would refuse it.
        """
        return cls(_statements(document, name, kind))

    @classmethod
    def union(cls, policies: Iterable["Policy"]) -> "Policy":
        """Return one policy that says what all of them say."""
        return cls(statement for policy in policies for statement in policy.statements)

    def denial(self, request: Request, *, bounded: bool = False) -> Statement | None:
        """Return a statement that denies the request; `bounded` if who asks has a permission boundary."""
        return denying(self._of(request.action)[0], request, bounded=bounded)

    def grant(self, request: Request) -> Statement | None:
        """Return a statement that allows the request, whoever asks."""
        return granting(self._of(request.action)[1], request)

    def grant_to(self, request: Request) -> tuple[Level, Statement | None]:
        """Return the statement that allows it most directly to who asks."""
        best: tuple[Level, Statement | None] = (Level.NOBODY, None)
        for statement in self._of(request.action)[1]:
            level = statement.level(request.principal)
            if level > best[0] and statement.applies(request):
                best = (level, statement)
        return best

    def speaking_of(self, action: str, *, allows: bool) -> list[Statement]:
        """Return the statements that allow an action, or those that deny it, on whatever resource."""
        return self._of(action)[allows]

    def _of(self, action: str) -> tuple[list[Statement], list[Statement]]:
        """Return the statements that deny an action and those that allow it, found once for each action."""
        found = self._speaking.get(action)
        if found is None:
            speaking = [each for each in self.statements if each.covers(action.lower())]
            found = [each for each in speaking if not each.allows], [each for each in speaking if each.allows]
            self._speaking[action] = found
        return found


def denying(denials: Iterable[Statement], request: Request, *, bounded: bool = False) -> Statement | None:
    """Return the one of these denials that denies a request; `bounded` as with `Policy.denial`."""
    for statement in denials:
        if statement.applies(request) and statement.level(request.principal, bounded=bounded):
            return statement
    return None


def granting(grants: Iterable[Statement], request: Request) -> Statement | None:
    """Return the one of these grants that allows a request, whoever asks."""
    for statement in grants:
        if statement.applies(request):
            return statement
    return None


def _statements(document: Mapping[str, Any] | str, name: str, kind: Kind) -> Iterator[Statement]:
    body = _read(document, name) if isinstance(document, str) else document
    if not isinstance(body, Mapping) or "Statement" not in body:
        raise PolicyError(f"{name} must be an object with Statement, got {body!r:.200}")
    if unknown := sorted(str(name) for name in body if name not in ELEMENTS):
        raise PolicyError(f"{name}: no such element: {unknown[0]}; a policy has {', '.join(ELEMENTS)}")
    version = body.get("Version", VERSIONS[-1])
    if version not in VERSIONS:
        raise PolicyError(f"{name}: Version must be {' or '.join(VERSIONS)}, got {version!r}")
    given = body["Statement"]
    for number, each in enumerate(given if isinstance(given, list | tuple) else [given], 1):
        yield Statement(each, f"{name}: statement {number}", kind, variables=version == VERSIONS[0])


def _read(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PolicyError(f"{name} is no JSON: {error}") from error
