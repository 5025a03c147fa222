"""Policy statements as rules need them: where each stands, whom it lets in, what restricts it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from wellmade.check.conditional import branches
from wellmade.check.rule import Violation
from wellmade.graph import Either, Graph, Resource, Value, as_list, as_mapping, document, is_known, options

_INLINE = ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")
_ATTACHED = (
    "AWS::IAM::Policy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::UserPolicy",
    "AWS::IAM::GroupPolicy",
)
NOT_RESTRICTING = frozenset(
    (
        "aws:securetransport",
        "aws:useragent",
        "aws:referer",
        "aws:currenttime",
        "aws:epochtime",
        "aws:viaawsservice",
    )
)
"""Keys that restrict how and when a call is made, and not by whom."""


@dataclass(frozen=True, eq=False)
class Granted:
    """One statement that allows something, in all branches of its conditions.

    Args:
        resource: The resource that people wrote it in, also where SAM makes a role of it.
        policy: The resource that holds it.
        path: Where it stands in the resource, as a dotted path.
        entry: The statement.
        denials: Statements of the same document that deny something, also those that a condition may add.
    """

    resource: Resource
    policy: Resource
    path: str
    entry: Mapping[str, Value]
    denials: tuple[Mapping[str, Value], ...] = ()

    @property
    def actions(self) -> list[str]:
        """The actions that are known."""
        return [action for action in as_list(self.entry.get("Action")) if isinstance(action, str)]

    def principals(self, kind: str) -> list[Value]:
        """Return whom it lets in, of the kind `AWS`, `Service` or `Federated`; `*` is of the kind `AWS`."""
        given = self.entry.get("Principal")
        if given == "*":
            return ["*"] if kind == "AWS" else []
        return as_list(as_mapping(given).get(kind))

    @property
    def restricts(self) -> bool:
        """Whether a condition may keep a caller out; true as well where that is unknown."""
        given = self.entry.get("Condition")
        if not isinstance(given, dict | None):
            return True
        return any(_restricts(condition) for condition in (given or {}).values())

    @property
    def is_open(self) -> bool:
        """Whether it lets everybody in, and no other statement keeps strangers out again."""
        return "*" in self.principals("AWS") and not self.restricts and not self.is_narrowed

    @property
    def is_narrowed(self) -> bool:
        """Whether denials of the same document may keep callers out of everything that it allows."""
        patterns = [pattern for denial in self.denials if _keeps_out(denial) for pattern in _denied(denial)]
        actions = [action.lower() for action in self.actions]
        return bool(actions) and all(
            any(fnmatchcase(each, pattern) for pattern in patterns) for each in actions
        )

    def condition_keys(self) -> list[str]:
        """Return the keys that its conditions speak of, in lower case."""
        conditions = as_mapping(self.entry.get("Condition")).values()
        return [str(key).lower() for condition in conditions for key in as_mapping(condition)]

    def condition_values(self, suffix: str) -> list[Value]:
        """Return the values that conditions compare keys with that end so."""
        conditions = as_mapping(self.entry.get("Condition")).values()
        return [
            value
            for condition in conditions
            for key, values in as_mapping(condition).items()
            if str(key).lower().endswith(suffix)
            for value in as_list(values)
        ]

    def violation(self, element: str, message: str) -> Violation:
        """Return a violation at an element of the statement."""
        derived = self.policy is not self.resource
        return Violation(self.resource, self.path if derived else f"{self.path}.{element}", message)


def _restricts(condition: Value) -> bool:
    if not isinstance(condition, dict):
        return True
    return any(
        str(key).lower() not in NOT_RESTRICTING and as_list(values) != ["*"]
        for key, values in condition.items()
    )


def _keeps_out(denial: Mapping[str, Value]) -> bool:
    """Tell whether a denial may be for callers who are strangers: by its conditions, or all but a few."""
    given = denial.get("Condition")
    everybody = "*" in as_list(as_mapping(denial.get("Principal")).get("AWS", denial.get("Principal")))
    by_condition = given is None or not isinstance(given, dict) or any(map(_restricts, given.values()))
    return "NotPrincipal" in denial or (everybody and by_condition)


def _denied(denial: Mapping[str, Value]) -> list[str]:
    """Return the patterns of what it denies; all where it names what it leaves."""
    actions = as_list(denial.get("Action", "*"))
    return [action.lower() if isinstance(action, str) else "*" for action in actions]


def identity(graph: Graph) -> Iterator[Granted]:
    """Yield what roles, users, groups and their policies allow."""
    for holder in graph.of_type(*_INLINE):
        for index in range(len(as_list(holder.get("Policies")))):
            yield from granted(graph, holder, f"Policies.{index}.PolicyDocument")
    for policy in graph.of_type(*_ATTACHED):
        yield from granted(graph, policy, "PolicyDocument")


def trusts(graph: Graph) -> Iterator[Granted]:
    """Yield who may assume the roles that people wrote; SAM's own trust cannot be changed in a template."""
    for role in graph.of_type("AWS::IAM::Role"):
        if role.derived_from is None:
            yield from granted(graph, role, "AssumeRolePolicyDocument")


def granted(graph: Graph, policy: Resource, path: str) -> Iterator[Granted]:
    """Yield the statements of the document at a path of a resource that allow something."""
    place, where = policy, f"Properties.{path}.Statement"
    if policy.derived_from:
        written = graph.resources.get(f"{policy.stack}/{policy.derived_from}")
        place, where = written or policy, "Properties.Policies"
    statements = as_mapping(document(policy.get(path))).get("Statement")
    denials = tuple(_denials(statements))
    for index, entry in enumerate(_certain(statements)):
        if isinstance(entry, dict) and entry.get("Effect") == "Allow":
            path = where if policy.derived_from else f"{where}.{index}"
            yield Granted(place, policy, path, entry, denials)


def _denials(statements: Value) -> Iterator[Mapping[str, Value]]:
    for entry in as_list(statements):
        for branch in branches(entry):
            for each in as_list(branch):
                if isinstance(each, dict) and each.get("Effect") != "Allow":
                    yield each


def _certain(statements: Value) -> list[Value]:
    """Return the statements in their places; None for one that a condition may leave out."""
    if not isinstance(statements, list):
        return as_list(statements)
    found: list[Value] = []
    for entry in statements:
        left_out = isinstance(entry, Either) and None in branches(entry)
        found += [None] if left_out else as_list(entry)
    return found


def every(value: Value, wrong: str) -> bool:
    """Tell whether the value is this text, whatever the conditions say."""
    found = list(options(value))
    return bool(found) and is_known(value) and all(option == wrong for option in found)


def open_to_everybody(graph: Graph, types: tuple[str, ...], path: str) -> Iterator[Violation]:
    """Yield each statement of these resources' own policies that lets everybody in without a condition.

    Args:
        graph: The templates.
        types: Types of the resources.
        path: The property that holds the document.
    """
    for resource in graph.of_type(*types):
        for statement in granted(graph, resource, path):
            if statement.is_open:
                yield statement.violation(
                    "Principal", "allows it to everybody without a condition, must name who may"
                )
