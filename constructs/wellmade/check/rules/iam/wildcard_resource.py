"""Permissions name their resources."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from wellmade.check.managed_policies import granted_anyway, roles_with
from wellmade.check.policies import Granted, granted, identity
from wellmade.check.providers import is_provider, sets_retention
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.actions import limitable, resourceless
from wellmade.graph import Graph, Resource, as_list

_DELIVERS_LOGS = "logs:createlogdelivery"
_LOG_DELIVERY = ("logs:CreateLogStream", "logs:PutLogEvents")
"""Step Functions and Pipes ask for these on `*` together with the deliveries, which have no resource.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
"""
_LOG_GROUP = "give each function log_group in place of log_retention, which takes CDK's function away"
_FIX = "give the ARNs of what is used, or a pattern where they come later; remove actions that are not used"
_TEXTS = "cognito-idp.amazonaws.com"
_SERVES_THE_ACCOUNT = ("ecs.amazonaws.com", "application-autoscaling.amazonaws.com", "config.amazonaws.com")
"""Services that choose themselves what they work on; AWS's own roles for them have `*` too."""
_FLEETS = {
    "ec2": ("AWS::EC2::Instance", "AWS::EC2::LaunchTemplate", "AWS::AutoScaling::"),
    "autoscaling": ("AWS::AutoScaling::",),
    "ecr": ("AWS::ECR::Repository",),
    "elasticloadbalancing": ("AWS::ElasticLoadBalancing",),
}
"""Services whose resources come and go: without one in the templates, no ARN can be named."""


def _check(graph: Graph) -> Iterator[Violation]:
    for statement in identity(graph):
        if "*" not in as_list(statement.entry.get("Resource")) or statement.restricts:
            continue
        if sets_retention(statement.policy):
            message = f"allows {', '.join(statement.actions)} on every resource (*), for CDK's log_retention"
            yield replace(statement.violation("Resource", message), fix=_LOG_GROUP)
        elif not _serves_the_account(graph, statement.policy) and not is_provider(statement.policy):
            found = [action for action in statement.actions if _could_name(graph, statement, action)]
            if found:
                yield replace(
                    statement.violation("Resource", _message(found, statement.actions)), fix=_fix(found)
                )


def _message(found: Sequence[str], actions: Sequence[str]) -> str:
    message = f"allows {', '.join(found)} on every resource (*), must name those that are used"
    others = [action for action in actions if resourceless(action)]
    kept = f"; {', '.join(others)} cannot name any and stay on * in a statement of their own"
    return message + (kept if others else "")


def _fix(found: Sequence[str]) -> str:
    """Say how executions of durable functions are named, where an action asks for them."""
    durable = any("DurableExecution" in action for action in found)
    return f"{_FIX}; executions of a durable function are function:NAME:*" if durable else ""


def _could_name(graph: Graph, statement: Granted, action: str) -> bool:
    """Tell whether naming resources for the action is possible and narrows what the role may do."""
    return (
        bool(limitable(action))
        and not _is_whole_service(action)
        and not _texts_people(graph, statement.policy, action)
        and not _belongs_to_log_delivery(statement, action)
        and not _is_without_fleet(graph, action)
        and not _walks_through_all(statement, action)
        and not granted_anyway(graph, statement.policy, action)
        and not _is_in_wide_one(graph, statement.policy, action)
    )


def _is_in_wide_one(graph: Graph, policy: Resource, action: str) -> bool:
    """Tell whether each role has the whole service on `*` besides, of which `wildcard-action` tells."""
    wide = {"*", f"{action.partition(':')[0].lower()}:*"}
    roles = roles_with(graph, policy)
    return bool(roles) and all(
        any(
            each.effect == "Allow"
            and "*" in each.resources
            and not each.conditions
            and wide & {name.lower() for name in each.actions}
            for each in graph.statements_of(role)
        )
        for role in roles
    )


def _is_whole_service(action: str) -> bool:
    """Tell whether `wildcard-action` speaks of this one."""
    return action == "*" or action.endswith(":*")


def _texts_people(graph: Graph, policy: Resource, action: str) -> bool:
    """Tell whether this publishes to telephone numbers, which have no ARN: for Cognito, or no topic."""
    if action.lower() != "sns:publish":
        return False
    return not graph.of_type("AWS::SNS::Topic") or _services_of(graph, policy) == {_TEXTS}


def _belongs_to_log_delivery(statement: Granted, action: str) -> bool:
    return action in _LOG_DELIVERY and _DELIVERS_LOGS in map(str.lower, statement.actions)


def _is_without_fleet(graph: Graph, action: str) -> bool:
    kinds = _FLEETS.get(action.partition(":")[0].lower())
    return bool(kinds) and not any(r.type.startswith(kinds or ()) for r in graph.resources.values())


def _walks_through_all(statement: Granted, action: str) -> bool:
    """Tell whether this looks at whatever a listing of the account gives, which has no name beforehand."""
    service, _, verb = action.partition(":")
    lists = any(each.startswith(f"{service}:List") and resourceless(each) for each in statement.actions)
    return lists and verb.startswith(("Get", "Describe"))


def _serves_the_account(graph: Graph, policy: Resource) -> bool:
    services = _services_of(graph, policy)
    return bool(services) and services <= set(_SERVES_THE_ACCOUNT)


def _services_of(graph: Graph, policy: Resource) -> set[str]:
    """Return the services that may assume the roles with this policy."""
    return {
        str(service)
        for role in roles_with(graph, policy)
        for trust in granted(graph, role, "AssumeRolePolicyDocument")
        for service in trust.principals("Service")
    }


RULE = Rule(
    id="wildcard-resource",
    title="Permissions name their resources",
    severity=Severity.WARNING,
    explanation=(
        "The code that holds this permission can reach the data of every other team in the account. A wrong "
        "name in its configuration then works on somebody else's resource instead of failing."
    ),
    fix=_FIX,
    source="https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    check=_check,
)
