"""A second evaluator, as naive as can be: it reads documents as they are and tries everything."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Document = Mapping[str, Any]

COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda given, wanted: given == wanted,
    "StringEqualsIgnoreCase": lambda given, wanted: given.lower() == wanted.lower(),
    "StringLike": lambda given, wanted: like(wanted, given),
    "NumericLessThan": lambda given, wanted: float(given) < float(wanted),
    "NumericGreaterThanEquals": lambda given, wanted: float(given) >= float(wanted),
    "ArnLike": lambda given, wanted: arn_like(wanted, given),
}
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotLike": "ArnLike",
}


def like(pattern: str, text: str) -> bool:
    """Try every length for every asterisk."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(like(pattern[1:], text[end:]) for end in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and like(pattern[1:], text[1:])


def arn_like(pattern: str, arn: str) -> bool:
    wanted, given = pattern.split(":", 5), arn.split(":", 5)
    return len(wanted) == len(given) == 6 and all(map(like, wanted, given))


def holds(operator: str, wanted: Sequence[str], given: Sequence[str] | None) -> bool:
    """Decide one key of one operator from the rules as AWS words them."""
    quantifier, _, name = operator.rpartition(":")
    base = name.removesuffix("IfExists")
    compare = COMPARISONS[NEGATED.get(base, base)]
    matches = [any(compare(value, one) for one in wanted) for value in given or ()]
    answers = [not match for match in matches] if base in NEGATED else matches
    if quantifier == "ForAllValues":
        return all(answers)
    if not answers:
        return name.endswith("IfExists") or (base in NEGATED and not quantifier)
    if quantifier == "ForAnyValue":
        return any(answers)
    return len(answers) == 1 and answers[0]


def applies(statement: Document, action: str, resource: str, context: Mapping[str, Sequence[str]]) -> bool:
    spoken = [like(pattern.lower(), action.lower()) for pattern in statement.get("Action", ())]
    spared = [like(pattern.lower(), action.lower()) for pattern in statement.get("NotAction", ())]
    reached = [like(pattern, resource) for pattern in statement.get("Resource", ())]
    missed = [like(pattern, resource) for pattern in statement.get("NotResource", ())]
    if ("Action" in statement and not any(spoken)) or any(spared):
        return False
    if ("Resource" in statement and not any(reached)) or any(missed):
        return False
    conditions = statement.get("Condition", {})
    return all(
        holds(operator, wanted, context.get(key))
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def says(policy: Document, effect: str, request: tuple[str, str, Mapping[str, Sequence[str]]]) -> bool:
    return any(each["Effect"] == effect and applies(each, *request) for each in policy["Statement"])


def decide(layers: Sequence[Document], request: tuple[str, str, Mapping[str, Sequence[str]]]) -> bool:
    """Allow what every layer allows and none denies."""
    return all(says(layer, "Allow", request) and not says(layer, "Deny", request) for layer in layers)
