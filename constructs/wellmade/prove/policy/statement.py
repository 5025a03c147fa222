"""One statement of a policy, compiled."""

from collections.abc import Iterator, Sequence
from itertools import product

from wellmade.prove.policy.conditions import compile_conditions
from wellmade.prove.policy.decision import Decision
from wellmade.prove.policy.elements import Element, Kind, check, element, texts
from wellmade.prove.policy.errors import PolicyError
from wellmade.prove.policy.glob import matcher, wild
from wellmade.prove.policy.principals import Level, Principals
from wellmade.prove.policy.request import Request
from wellmade.prove.policy.resources import Resources
from wellmade.prove.policy.variables import keys_of, single_keys_of

EVERYTHING = Element("Resource", "*", negated=False)


class Statement:
    """What one statement allows or denies.

    Raises:
        PolicyError: If IAM would refuse it.
    """

    allows: bool
    where: str
    """Which one, as people say it: `Handler: statement 2 (Read)`."""
    actions: Element
    """Its actions, or those it does not mean, as they are written."""
    keys: frozenset[str]
    """The condition keys, in lower case, on which it may depend."""
    single_keys: frozenset[str]
    """Those of them that it compares as if they had one value."""
    compared: str
    """What its conditions compare, as it is written."""
    resources: Element
    """Its resources, or those it does not mean, as written; `*` in a trust policy, which has none."""
    decision: Decision
    """What comes of it where it applies."""

    def __init__(self, body: object, where: str, kind: Kind, *, variables: bool) -> None:
        checked = check(body, where, kind)
        self.where = f"{where} ({checked['Sid']})" if checked.get("Sid") else where
        self.allows = checked["Effect"] == "Allow"
        verdict = "allowed" if self.allows else "denied"
        self.decision = Decision(allowed=self.allows, reason=f"{verdict} by {self.where}")
        self.actions = self._listed(element(checked, "Action") or EVERYTHING)
        self.resources = self._listed(element(checked, "Resource") or EVERYTHING)
        self._actions = [matcher(wild(self._action(text).lower())) for text in self.actions.value]
        self._variables, self._spares = variables, self.resources.negated
        self._resources = self._reaching(self.resources.value)
        self._conditions = compile_conditions(checked.get("Condition", {}), self.where, variables=variables)
        self.compared: str = repr(checked.get("Condition"))
        self.keys, self.single_keys = keys_of(checked), single_keys_of(checked)
        whom = element(checked, "Principal")
        self._principals = Principals(whom, self.where, allows=self.allows) if whom else None

    def covers(self, action: str) -> bool:
        """Tell whether it speaks of an action, given in lower case."""
        return any(match(action) for match in self._actions) != self.actions.negated

    def reaches(self, request: Request) -> bool:
        """Tell whether the resource fits, whatever the conditions say."""
        return self._resources.fit(request) is not self._spares

    def applies(self, request: Request) -> bool:
        """Tell whether resource and conditions fit; `covers` tells of the action, and `level` of who asks."""
        if self._resources.fit(request) is self._spares:
            return False
        if not self._conditions:
            return True
        values = request.values
        for condition in self._conditions:  # noqa: SIM110 - all() takes twice as long
            if not condition(values):
                return False
        return True

    def grants(self, request: Request) -> Iterator[tuple[str, str]]:
        """Yield by which of its actions and resources, as they are written, it speaks of a request.

        What is meant by exclusion is named with the element's name before it, such as `NotAction iam:*`.
        """
        if not self.covers(request.action.lower()) or not self.applies(request):
            return
        action = request.action.lower()
        actions = [
            text for text, match in zip(self.actions.value, self._actions, strict=True) if match(action)
        ]
        reaching = ((text, self._reaching([text])) for text in self.resources.value)
        resources = [text for text, each in reaching if each.fit(request)]
        yield from product(actions or self.actions.names(), resources or self.resources.names())

    def level(self, principal: str, *, bounded: bool = False) -> Level:
        """Tell how directly it names who asks; a policy of an identity speaks of that identity alone."""
        return self._principals.level(principal, bounded=bounded) if self._principals else Level.DIRECT

    def _reaching(self, texts: Sequence[str]) -> Resources:
        return Resources(texts, f"{self.where}: {self.resources.name}", variables=self._variables)

    def _listed(self, given: Element) -> Element:
        return given._replace(value=tuple(texts(given.value, f"{self.where}: {given.name}")))

    def _action(self, text: str) -> str:
        service, _, name = text.partition(":")
        if text != "*" and not (
            service and name and text.isascii() and text.isprintable() and " " not in text
        ):
            raise PolicyError(f"{self.where}: {self.actions.name} must be * or service:action, got {text!r}")
        return text
