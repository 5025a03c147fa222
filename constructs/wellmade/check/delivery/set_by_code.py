"""Resources whose policy a program of the templates may write: what the template says of it is not all."""

from weakref import WeakKeyDictionary

from wellmade.check.delivery.statements import are_told
from wellmade.check.policies import identity
from wellmade.graph import Graph, Resource, as_list, as_mapping, document

_SETS = frozenset(
    (
        *("kms:putkeypolicy", "kms:creategrant", "s3:putbucketpolicy", "secretsmanager:putresourcepolicy"),
        *("sqs:setqueueattributes", "sqs:addpermission", "sns:settopicattributes", "sns:addpermission"),
        *("lambda:addpermission", "events:putpermission"),
    )
)
_KNOWN: "WeakKeyDictionary[Graph, frozenset[Resource]]" = WeakKeyDictionary()


def set_by_code(graph: Graph) -> frozenset[Resource]:
    """Return what statements name one by one, with an action that changes its policy."""
    if graph not in _KNOWN:
        named = (
            graph.target(value)
            for statement in identity(graph)
            if _SETS & {action.lower() for action in statement.actions}
            for value in as_list(statement.entry.get("Resource"))
        )
        _KNOWN[graph] = frozenset(resource for resource in named if resource)
    return _KNOWN[graph]


def is_whole(graph: Graph, resource: Resource, path: str) -> bool:
    """Tell whether a resource has a policy there, and the template says all that it allows."""
    has_statements = as_mapping(document(resource.get(path))).get("Statement")
    return bool(has_statements) and are_told(resource) and resource not in set_by_code(graph)
