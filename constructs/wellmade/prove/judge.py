"""A role, and the decisions on what is asked with it, at worst and at best."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import product

from wellmade.prove.deployed.refusals import refusal_of
from wellmade.prove.deployed.unclear import asked_of, is_unclear
from wellmade.prove.deployed.unknowns import has_unknown
from wellmade.prove.policy import Authorizer, Decision, Policy, Request, Statement, Value
from wellmade.prove.policy.arns import segments
from wellmade.prove.policy.authorizer import RESOURCE as NOT_BY_RESOURCE
from wellmade.prove.policy.glob import matcher, wild
from wellmade.prove.reach import is_access_point, may_reach, policy_of, unknown_in
from wellmade.prove.role import Role, policies_around, policies_over
from wellmade.prove.usage import Unused

INVENTED = "only the tests call it so; a variable, or wellmade.toml, has to tell its name"
"""Why a refused call is not judged whose resource neither a template nor the code names."""
INVENTED_TEXT = "a condition asks for a name that only the tests call so; no line of the code tells it"
"""Why a refused call is not judged that a condition on a name refuses."""
_NAMES = ("cloudwatch:namespace", "events:detail-type", "events:source", "sts:ExternalId")
"""Condition keys of names that code makes up."""
_BY_TRUST = ("sts:assumerole", "sts:tagsession", "sts:setsourceidentity")
"""Actions that the trust policy of a role must allow, in whatever account it is."""


class Judge:
    """Decides the requests of a role, at worst and at best."""

    def __init__(self, role: Role) -> None:
        self._role = role
        self._worst = _authorizer(role)
        self._best = _authorizer(role.at_best) if role.at_best else None
        self._own = Policy.union(role.policies)
        self._own_at_best = Policy.union(role.at_best.policies) if role.at_best else None
        self._keys = frozenset(key for each in policies_around(role) for key in each.keys)
        parts, name = segments(role.arn), role.arn.rpartition("/")[2]
        partition, account = parts[1], parts[4]
        self._session = f"arn:{partition}:sts::{account}:assumed-role/{name}/{role.session}"
        self._who: dict[str, Value] = {
            **role.keys,
            "aws:PrincipalAccount": account,
            "aws:PrincipalArn": role.arn,
            "aws:PrincipalIsAWSService": False,
            "aws:PrincipalType": "AssumedRole",
            "aws:userid": f"{name}:{role.session}",
        }

    def seen(self, request: Request) -> tuple[object, ...]:
        """Return what its policies can see of a request: two that are the same are decided alike."""
        context = [
            (key, value)
            for key, value in request.context.items()
            if key.lower() in self._keys or has_unknown(key)
        ]
        return request.action, request.resource, request.account, repr(context) if context else ""

    def from_role(self, request: Request) -> Request:
        """Return a request with who asks, as AWS tells of a role's session."""
        return replace(request, context={**self._who, **request.context}, principal=self._session)

    def decide(self, request: Request) -> tuple[Decision, str]:
        """Return the decision, and why it is none if an unknown value would turn it."""
        decision = self._worst.decide(request, policy_of(request.resource, self._role.resource_policies))
        if reason := self._untold_of(request, decision) or self._untold_by(request, decision):
            return Decision(allowed=False, reason=reason), reason
        if decision.allowed and (refusal := refusal_of(request, self._role.refusals)):
            refused = Decision(allowed=False, explicit=True, reason=refusal.reason)
            return refused, "" if refusal.is_sure else refusal.reason
        best = self._role.at_best
        if best and self._best and not decision.allowed:
            favourable = self._best.decide(request, policy_of(request.resource, best.resource_policies))
            if untold := self._untold_by(request, favourable):
                return decision, untold
            if favourable.allowed:
                why = unknown_in(self._bearing(request), self._role.unknown, self._role.of_statements)[:3]
                return decision, f"depends on {'; '.join(why) or 'a value that no template tells'}"
        return decision, self._unsure_of_name(request, decision)

    def _unsure_of_name(self, request: Request, decision: Decision) -> str:
        """Say why a decision does not count for what the call acts on; empty if it does."""
        if reason := self._unplaced(request, decision):
            return reason
        if decision.allowed and is_access_point(request.resource):
            return "what the policies of the access point and of its bucket say is not weighed"
        if self._may_be_another(request, decision):
            return "the call does not tell which one it acts on"
        if not (decision.allowed or decision.explicit):
            if self._is_invented(request):
                return INVENTED
            if self._asks_for_invented(request):
                return INVENTED_TEXT
        return self._unsure_of_resource(request, decision) if has_unknown(request.resource) else ""

    def _unplaced(self, request: Request, decision: Decision) -> str:
        """Say which policy may turn a decision of which it is not known what it guards."""
        is_final = decision.explicit and not decision.allowed
        for policy in () if is_final else self._role.unplaced:
            for each in policy.speaking_of(request.action, allows=not decision.allowed):
                if each.reaches(request) and each.level(request.principal):
                    return f"what {each.where} says is not weighed"
        return ""

    def _is_invented(self, request: Request) -> bool:
        """Tell whether a refused name is the tests' own, and the action is allowed on another."""
        invented = self._role.invented
        if not invented or not invented(request.resource):
            return False
        speaking = self._speaking(request.action)
        return bool(speaking) and not any(each.reaches(request) for each in speaking)

    def _asks_for_invented(self, request: Request) -> bool:
        """Tell whether all that a condition misses may be a name that only the tests have."""
        told = self._role.told
        given = [request.context.get(key) for key in _NAMES]
        texts = [text for text in given if isinstance(text, str)]
        if told is None or not texts or any(text in told for text in texts):
            return False
        asking = [each for each in self._speaking(request.action) if each.reaches(request)]
        return any(key.lower() in each.keys for each in asking for key in _NAMES)

    def _may_be_another(self, request: Request, decision: Decision) -> bool:
        """Tell whether a call that means any of a kind is refused, and some of that kind is allowed."""
        if decision.allowed or decision.explicit or "*" not in request.resource or request.resource == "*":
            return False
        means = matcher(wild(request.resource))
        allowed = (text for each in self._speaking(request.action) for text in each.resources.value)
        return any(means(text) for text in allowed)

    def _untold_of(self, request: Request, decision: Decision) -> str:
        """Say what a policy asks of the call that nobody knows, if it may turn the decision."""
        unclear = {
            key: is_known
            for key, value in request.context.items()
            if (is_known := is_unclear(value)) is not None
        }
        for statement in self._bearing(request) if unclear else ():
            if statement.allows is decision.allowed and not statement.applies(request):
                continue
            for key, is_known in unclear.items():
                value = request.context[key]
                if isinstance(value, str) and repr(value)[1:-1] in statement.compared:
                    continue  # the same unknown value on both sides
                asked = asked_of(key, statement.single_keys if is_known else statement.keys)
                if asked and is_known:
                    return f"{statement.where} compares {asked}, which has several values, as one"
                if asked:
                    return f"a policy asks for {asked}, whose value in the call is not known"
        return ""

    def _untold_by(self, request: Request, decision: Decision) -> str:
        """Say whose policy decides and is in no template; empty if none is missing."""
        if policy_of(request.resource, self._role.resource_policies):
            return ""
        if decision == NOT_BY_RESOURCE:
            return f"the policy of {request.resource}, in another account, decides and is in no template"
        if decision.allowed and request.action.lower().startswith(_BY_TRUST):
            return f"the trust policy of {request.resource} decides and is in no template"
        return ""

    def _bearing(self, request: Request) -> Iterator[Statement]:
        """Yield the statements of all policies that speak of a request, whatever their conditions say."""
        for role in filter(None, (self._role, self._role.at_best)):
            of_resource = policy_of(request.resource, role.resource_policies)
            for policy in (*policies_over(role), *([of_resource] if of_resource else [])):
                for allows in (True, False):
                    for each in policy.speaking_of(request.action, allows=allows):
                        if each.reaches(request) and each.level(request.principal):
                            yield each

    def lacking(self, request: Request, decision: Decision) -> str:
        """Return why a request is denied, and which statement lacks what to allow it."""
        speaking = self._own.speaking_of(request.action, allows=True)
        if decision.explicit or not speaking:
            return decision.reason
        nearest = speaking[0]
        reached = [each for each in speaking if each.reaches(request)]
        if reached:
            lacks = f"{reached[0].where} does, under a condition that the call does not meet"
            return decision.reason if reached[0].applies(request) else f"{decision.reason}; {lacks}"
        where = ", ".join(nearest.resources.names()[:3])
        return f"{decision.reason}; {nearest.where} allows the action on {where} alone"

    def may_use(self, grant: Unused, actions: Collection[str]) -> bool:
        """Tell whether a request of which nothing but its action can be said may be by this grant.

        Of a request whose action is its service alone, any grant of that service may be used; of `*:` any.
        """
        mine = grant.action.lower()
        if "*:" in actions:
            return True
        if any(each.endswith(":") and (mine == "*" or mine.startswith(each.lower())) for each in actions):
            return True
        speaking = [each for each in self._own.statements if each.where == grant.where]
        named = any(not each.actions.negated for each in speaking)
        means = matcher(wild(grant.action.lower())) if named else _anything
        return any(
            each.covers(action.lower()) and means(action.lower()) for each in speaking for action in actions
        )

    def grants_for(self, actions: Collection[str]) -> frozenset[tuple[str, str]]:
        """Return the grants, action with resource, that such requests may use."""
        return frozenset(
            (action, resource)
            for each in self._own.statements
            for action, resource in product(each.actions.names(), each.resources.names())
            if actions and each.allows and self.may_use(Unused(each.where, action, resource), actions)
        )

    def _unsure_of_resource(self, request: Request, decision: Decision) -> str:
        """Say why a request whose resource is unknown is not decided; empty if it is all the same."""
        reason = "what it acts on is no value of the templates"
        if decision.allowed:
            denying = self._own.speaking_of(request.action, allows=False)
            return reason if any(each.resources.value != ("*",) for each in denying) else ""
        speaking = self._speaking(request.action)
        return reason if any(may_reach(each, request.resource) for each in speaking) else ""

    def _speaking(self, action: str) -> list[Statement]:
        """Return the statements that allow an action on whatever resource, at best."""
        return (self._own_at_best or self._own).speaking_of(action, allows=True)


def _anything(_: str) -> bool:
    return True


def _authorizer(role: Role) -> Authorizer:
    return Authorizer(
        role.policies,
        boundary=role.boundary,
        service_control=role.service_control,
        resource_control=role.resource_control,
    )
