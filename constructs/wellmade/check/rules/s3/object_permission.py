"""Permissions on objects name objects, and those on buckets buckets."""

from collections.abc import Iterator

from wellmade.check.delivery.deployed import Deployed
from wellmade.check.delivery.elsewhere import Elsewhere
from wellmade.check.policies import Granted, identity
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, as_list
from wellmade.prove.deployed.unknowns import has_unknown

_OBJECTS = frozenset(
    (
        *("s3:getobject", "s3:putobject", "s3:deleteobject", "s3:getobjectversion", "s3:putobjectacl"),
        *("s3:getobjecttagging", "s3:putobjecttagging", "s3:abortmultipartupload", "s3:restoreobject"),
        "s3:listmultipartuploadparts",
    )
)
_BUCKETS = frozenset(("s3:listbucket", "s3:getbucketlocation", "s3:listbucketmultipartuploads"))


def _check(graph: Graph) -> Iterator[Violation]:
    deployed = Deployed(graph)
    elsewhere = Elsewhere(deployed)
    for statement in identity(graph):
        actions = [action for action in statement.actions if action.lower() in _OBJECTS | _BUCKETS]
        values = as_list(statement.entry.get("Resource")) if actions else []
        texts = [text for value in values for text in deployed.texts(value)]
        if texts and not any(map(_may_be_any, texts)):
            yield from _useless(elsewhere, statement, actions, texts)


def _may_be_any(text: str) -> bool:
    """Tell whether a resource may mean objects as well as buckets."""
    return has_unknown(text) or not text.startswith("arn:aws:s3:::") or "*" in text.partition("/")[0]


def _useless(
    elsewhere: Elsewhere, statement: Granted, actions: list[str], texts: list[str]
) -> Iterator[Violation]:
    buckets = list(dict.fromkeys(text.partition("/")[0] for text in texts))
    names_objects = any("/" in text for text in texts)
    names_buckets = any("/" not in text for text in texts)

    def lacking(kind: frozenset[str], *, on_objects: bool) -> str:
        """Return the actions of a kind that nothing else allows either, in one of the buckets."""
        return ", ".join(
            action
            for action in actions
            if action.lower() in kind
            and not all(
                elsewhere.may(statement.policy, action, bucket, on_objects=on_objects) for bucket in buckets
            )
        )

    if not names_objects and (found := lacking(_OBJECTS, on_objects=True)):
        yield statement.violation("Resource", f"names buckets, and {found} is on objects: allows nothing")
    if not names_buckets and (found := lacking(_BUCKETS, on_objects=False)):
        yield statement.violation("Resource", f"names objects, and {found} is on buckets: allows nothing")


RULE = Rule(
    id="object-permission",
    title="Permissions on objects name objects, and those on buckets buckets",
    severity=Severity.ERROR,
    explanation=(
        "Actions on objects need a resource such as bucket/*, actions on the bucket its own ARN. "
        "With the other one the statement allows nothing, and no other policy allows it: the call is refused."
    ),
    fix="give objects as arn:aws:s3:::bucket/*, and the bucket as arn:aws:s3:::bucket",
    source="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html",
    check=_check,
)
