"""Permissions name their resources."""

from collections.abc import Iterator

from wellmade.check.actions import limitable
from wellmade.check.policies import Granted, identity
from wellmade.check.rule import Hit, Rule, Severity
from wellmade.graph import Graph, as_list


def _check(graph: Graph) -> Iterator[Hit]:
    for statement in identity(graph):
        if "*" not in as_list(statement.entry.get("Resource")) or statement.restricts:
            continue
        found = [action for action in _limitable(statement) if not _texts_people(graph, action)]
        if found:
            others = f" and {len(found) - 1} more" if len(found) > 1 else ""
            message = f"allows {found[0]}{others} on every resource (*), must name those that are used"
            yield statement.hit("Resource", message)


def _limitable(statement: Granted) -> list[str]:
    """Return the actions that could name a resource; `wildcard-action` speaks of whole services."""
    named = [
        action for action in statement.actions if not action.endswith("*") or len(action) > _whole(action)
    ]
    return [known for action in named for known in limitable(action)]


def _whole(action: str) -> int:
    """Return the length that the action would have as a wildcard for a service."""
    return len(action.partition(":")[0]) + len(":*")


def _texts_people(graph: Graph, action: str) -> bool:
    """Tell whether this may publish to telephone numbers, which have no ARN, for want of a topic."""
    return action == "sns:Publish" and not graph.of_type("AWS::SNS::Topic")


RULE = Rule(
    id="wildcard-resource",
    title="A permission names its resources",
    severity=Severity.WARNING,
    explanation=(
        "The code that holds this permission can reach the data of every other team in the account. A wrong "
        "name in its configuration then works on somebody else's resource instead of failing."
    ),
    fix="give the ARNs of the resources that the code uses",
    source="https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    check=_check,
)
