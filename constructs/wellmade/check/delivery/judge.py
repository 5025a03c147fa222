"""Decide what edges need as IAM would, in favour of the template wherever it does not say."""

from collections.abc import Iterator
from functools import cached_property
from itertools import product

from wellmade.check.delivery.deployed import GENERATED, Deployed
from wellmade.check.delivery.need import Need
from wellmade.check.delivery.permissions import permissions_of
from wellmade.check.delivery.set_by_code import set_by_code
from wellmade.check.delivery.statements import are_told, at_best, held_by
from wellmade.graph import Edge, Kind, Resource, as_list, is_known, statements_in
from wellmade.prove.deployed.documents import read
from wellmade.prove.deployed.managed_policies import document
from wellmade.prove.deployed.unknowns import has_unknown
from wellmade.prove.policy import Authorizer, Policy, PolicyError, Request

_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
_HOLDS = {
    "AWS::SQS::QueuePolicy": "Queues",
    "AWS::SNS::TopicPolicy": "Topics",
    "AWS::S3::BucketPolicy": "Bucket",
    "AWS::Events::EventBusPolicy": "EventBusName",
    "AWS::SecretsManager::ResourcePolicy": "SecretId",
}
GUARDS = {
    "AWS::SQS::Queue": "AWS::SQS::QueuePolicy",
    "AWS::SNS::Topic": "AWS::SNS::TopicPolicy",
    "AWS::S3::Bucket": "AWS::S3::BucketPolicy",
    "AWS::Events::EventBus": "AWS::Events::EventBusPolicy",
    "AWS::SecretsManager::Secret": "AWS::SecretsManager::ResourcePolicy",
}
"""What holds the policy of a resource; the property of `_HOLDS` names whose."""
_FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")


class Judge:
    """The policies of some templates, each compiled once."""

    def __init__(self, deployed: Deployed) -> None:
        self._deployed = deployed
        self._graph = deployed.graph
        self._roles: dict[Resource, tuple[Authorizer, Policy] | None] = {}
        self._on: dict[tuple[Resource, bool], Policy | None] = {}

    def missing(self, need: Need) -> tuple[list[str], str]:
        """Return the actions that surely are not allowed, and why the first is not; none if all may be."""
        denied = [(action, why) for action in need.actions if (why := self._why_not(need, action))]
        return [action.partition("|")[0] for action, _ in denied], denied[0][1] if denied else ""

    def _why_not(self, need: Need, action: str) -> str:
        guard = self.policy_on(need.guard or need.target, of_source=bool(need.source))
        if guard is None:
            return ""
        reasons = [
            reason
            for each in action.split("|")
            for arn in need.arns
            for reason in self._decide(need, guard, each, arn)
        ]
        return reasons[0] if reasons and all(reasons) else ""

    def _decide(self, need: Need, guard: Policy, action: str, arn: str) -> Iterator[str]:
        """Yield why an action is not allowed on each ARN that the need may mean; empty where it may be."""
        role = self.policies_of(need.actor) if isinstance(need.actor, Resource) else None
        if isinstance(need.actor, Resource) and role is None:
            yield ""
            return
        principal = self._deployed.arn(need.actor) if isinstance(need.actor, Resource) else need.actor
        authorizer, identity = role or (Authorizer(), Policy(()))
        whole = (arn, *self._within(arn, action, identity, guard))
        for each, source in product(whole, need.sources or (need.source,)):
            context = self._context(need, source)
            request = Request(action, each, context, principal, self._deployed.account)
            decision = authorizer.decide(request, guard if guard.statements else None)
            uncertain = decision.allowed or self._may_be_meant(need, action, each, identity, guard)
            yield "" if uncertain else decision.reason

    def _context(self, need: Need, source: str) -> dict[str, str]:
        context = {"aws:SecureTransport": "true", **dict(need.context)}
        if isinstance(need.actor, Resource):
            return {**context, "aws:PrincipalArn": self._deployed.arn(need.actor)}
        if not source:
            return context
        return {**context, "aws:SourceArn": source, "aws:SourceAccount": self._deployed.account}

    def _within(self, arn: str, action: str, *policies: Policy) -> Iterator[str]:
        """Yield what policies name below the resource: the edge may be about that part of it."""
        if arn.endswith("*") and arn != "*":
            base = arn.removesuffix("*")
            for policy in policies:
                for statement in policy.speaking_of(action, allows=True):
                    for text in statement.resources.value:
                        if text.startswith(base) and not statement.resources.negated:
                            yield text.replace("*", "x")

    def _may_be_meant(self, need: Need, action: str, arn: str, *policies: Policy) -> bool:
        """Tell whether a pattern may mean a name that the template does not say."""
        if self._deployed.is_named(need.target) and not has_unknown(arn):
            return False
        service, own = arn.split(":", 3)[2:3], self._deployed.arn(need.guard or need.target)
        return any(
            text.split(":", 3)[2:3] == service and _is_open(text) and not text.startswith(own)
            for policy in policies
            for statement in policy.speaking_of(action, allows=True)
            for text in statement.resources.value
        )

    def policies_of(self, role: Resource) -> tuple[Authorizer, Policy] | None:
        """Return what decides for a role or a user; None if the templates do not show all of it."""
        if role not in self._roles:
            self._roles[role] = None
            try:
                self._roles[role] = self._compiled(role)
            except PolicyError:
                self._roles[role] = None
        return self._roles[role]

    def _compiled(self, role: Resource) -> tuple[Authorizer, Policy] | None:
        statements = held_by(self._graph, role)
        if statements is None or not all(
            are_told(each) for each in {role, *(one.policy for one in statements)}
        ):
            return None
        managed = list(self._managed(role))
        if None in managed or role.stack in self._stacks_with_unclear_policies:
            return None
        own = read(at_best(statements, self._deployed), self._deployed, role.logical_id).best
        identity = Policy.union([own, *(each for each in managed if each)])
        boundary = self._boundary(role)
        return Authorizer([identity], boundary=boundary), identity

    def _managed(self, role: Resource) -> Iterator[Policy | None]:
        """Yield the managed policies of AWS's own; None for one that nobody here knows."""
        for value in as_list(role.get("ManagedPolicyArns")):
            if self._graph.target(value, "AWS::IAM::ManagedPolicy"):
                continue
            text = "".join(self._deployed.texts(value)[:1])
            known = None if has_unknown(text) else document(text)
            yield Policy.parse(known, text.rpartition("/")[2]) if known else None

    @cached_property
    def _stacks_with_unclear_policies(self) -> set[str]:
        """Stacks in which a policy may be attached to any role."""
        return {
            policy.stack
            for policy in self._graph.of_type(
                "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"
            )
            if not is_known(roles := policy.get("Roles", policy.get("RoleName")))
            or not all(map(is_known, as_list(roles)))
        }

    def _boundary(self, role: Resource) -> Policy | None:
        value = role.get("PermissionsBoundary")
        if value is None:
            return None
        own = self._graph.target(value, "AWS::IAM::ManagedPolicy")
        if own and are_told(own):
            statements = at_best(statements_in(own, "PolicyDocument"), self._deployed)
            return read(statements, self._deployed, own.logical_id).best
        text = "".join(self._deployed.texts(value)[:1])
        known = None if own or has_unknown(text) else document(text)
        return Policy.parse(known or _EVERYTHING, text.rpartition("/")[2])

    def policy_on(self, resource: Resource, *, of_source: bool) -> Policy | None:
        """Return the policy of a resource, an empty one if it has none; None if it is not all shown.

        Args:
            resource: Whose policy.
            of_source: Whether the sender tells for whom it comes; else conditions on that hold.
        """
        key = (resource, of_source)
        if key not in self._on:
            try:
                self._on[key] = self._guarding(resource, of_source)
            except PolicyError:
                self._on[key] = None
        return self._on[key]

    def _guarding(self, resource: Resource, of_source: bool) -> Policy | None:  # noqa: FBT001 -- one caller
        if resource in set_by_code(self._graph):
            return None
        if resource.type in _FUNCTIONS:
            permissions = permissions_of(self._graph, self._deployed, resource, of_source=of_source)
            return None if permissions is None else Policy.parse(permissions, resource.logical_id, "resource")
        if GUARDS.get(resource.type) in self._unclear_guards:
            return None
        guards = self._guards.get(resource, [])
        statements = self._graph.policies_on(resource)
        if not all(are_told(each) for each in (resource, *guards)):
            return None
        if not statements and resource.type == "AWS::SNS::Topic":
            return Policy.parse(_default_of_topics(self._deployed), "default policy", "resource")
        found = at_best(statements, self._deployed, of_source=of_source)
        return read(found, self._deployed, resource.logical_id, "resource").best

    @cached_property
    def _unclear_guards(self) -> set[str]:
        """Types of which a policy may guard any resource."""
        return {
            policy.type
            for kind, path in _HOLDS.items()
            for policy in self._graph.of_type(kind)
            if not is_known(policy.get(path)) or not all(map(is_known, as_list(policy.get(path))))
        }

    @cached_property
    def _guards(self) -> dict[Resource, list[Resource]]:
        found: dict[Resource, list[Resource]] = {}
        for edge in self._graph.edges(Kind.GUARDS):
            if _is_policy(edge):
                found.setdefault(edge.target, []).append(edge.via)
        return found


def _is_policy(edge: Edge) -> bool:
    return edge.via.type.endswith("Policy")


def _is_open(text: str) -> bool:
    """Tell whether a pattern may fit a name that is not known; one that holds a whole name does not."""
    *leading, resource = text.split(":", 5)
    name = resource.partition("/")[0] if leading[2:3] == ["s3"] else resource
    return GENERATED not in text and ("*" in name or "?" in name)


def _default_of_topics(deployed: Deployed) -> dict[str, object]:
    """Return what SNS lets in where a template has no policy: whoever acts for the account itself."""
    own = {"StringEquals": {"aws:SourceOwner": deployed.account}}
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "sns:*", "Resource": "*", "Condition": own}
    return {"Version": "2012-10-17", "Statement": [allowed]}
