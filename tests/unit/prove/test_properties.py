"""The evaluator against the naive one, and rules that hold for any policy."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.prove import oracle
from tests.unit.prove.support import document, identity
from wellmade.prove.policy import Authorizer, Policy, Request
from wellmade.prove.policy.arns import by_segment
from wellmade.prove.policy.glob import matcher, wild

ACTIONS = ("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "sqs:SendMessage")
RESOURCES = ("arn:aws:s3:::a/x", "arn:aws:s3:::a/y/x", "arn:aws:s3:::b", "arn:aws:sqs:us-east-1:1:a")
VALUES = ("red", "Red", "rod", "r", "")
KEYS = ("aws:a", "aws:b")
OPERATORS = ("StringEquals", "StringEqualsIgnoreCase", "StringLike", *oracle.NEGATED)
STRINGS = [name for name in OPERATORS if not name.startswith("Arn")]

texts = st.text("ab:/", max_size=8)
patterns = st.text("ab:/*?", max_size=8)
arns = st.lists(st.text("ab*?", max_size=3), min_size=5, max_size=7).map(":".join)
numbers = st.integers(-3, 3).map(str) | st.sampled_from(["0.5", "-1.25", "2.0"])
quantified = st.tuples(
    st.sampled_from(["", "ForAllValues:", "ForAnyValue:"]), st.sampled_from(["", "IfExists"])
)
contexts = st.dictionaries(st.sampled_from(KEYS), st.lists(st.sampled_from(VALUES), max_size=3))
requests = st.tuples(st.sampled_from(ACTIONS), st.sampled_from(RESOURCES), contexts)

Asked = tuple[str, str, Mapping[str, Sequence[str]]]


@st.composite
def loosened(draw: st.DrawFn, words: Sequence[str]) -> str:
    """One of the words with something of it, perhaps, behind a wildcard; the beginning stays."""
    word = draw(st.sampled_from(words))
    head = word.index(":") + 1
    start = draw(st.integers(head, len(word)))
    end = draw(st.integers(start, len(word)))
    return draw(
        st.sampled_from([word, word[:start] + "*" + word[end:], word[:start] + "?" + word[start + 1 :], "*"])
    )


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    quantifier, suffix = draw(quantified)
    operator = f"{quantifier}{draw(st.sampled_from(STRINGS))}{suffix}"
    wanted = st.lists(st.sampled_from([*VALUES, "r*", "r?d", "*"]), min_size=1, max_size=2)
    return {operator: draw(st.dictionaries(st.sampled_from(KEYS), wanted, min_size=1))}


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    actions = draw(st.lists(loosened(ACTIONS), min_size=1, max_size=2))
    resources = draw(
        st.lists(loosened(["arn:aws:s3:::a/x", "arn:aws:s3:::b", *RESOURCES[3:]]), min_size=1, max_size=2)
    )
    assume(not any("*:" in each or "?:" in each for each in resources))
    body: dict[str, Any] = {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        draw(st.sampled_from(["Action", "Action", "NotAction"])): actions,
        draw(st.sampled_from(["Resource", "Resource", "NotResource"])): resources,
    }
    return body | {"Condition": draw(conditions())} if draw(st.booleans()) else body


documents = st.lists(statements(), min_size=1, max_size=4).map(lambda given: document(*given))


def policy(given: Mapping[str, Any]) -> Policy:
    return Policy.parse(given, "Drawn")


def allowed(authorizer: Authorizer, asked: Asked) -> bool:
    return authorizer.decide(Request(*asked)).allowed


@given(patterns, texts)
def test_wildcards(pattern: str, text: str) -> None:
    assert matcher(wild(pattern))(text) is oracle.like(pattern, text)


@given(
    st.lists(st.sampled_from(["a", "*", "?", "**", "ab"]), max_size=12).map("".join),
    st.text("ab", max_size=10),
)
def test_wildcards_beside_one_another(pattern: str, text: str) -> None:
    assert matcher(wild(pattern))(text) is oracle.like(pattern, text)


@given(arns, arns)
def test_arns_segment_by_segment(pattern: str, arn: str) -> None:
    assert by_segment(wild(pattern))(arn) is oracle.arn_like(pattern, arn)


def agrees(operator: str, wanted: list[str], values: list[str] | None) -> None:
    statement = {
        "Effect": "Allow",
        "Action": "*",
        "Resource": "*",
        "Condition": {operator: {"aws:a": wanted}},
    }
    context = {} if values is None else {"aws:a": values}
    held = Authorizer([identity(statement)]).decide(Request("s3:GetObject", "*", context)).allowed
    assert held is oracle.holds(operator, wanted, values)


@given(
    st.sampled_from(STRINGS),
    quantified,
    st.lists(st.sampled_from([*VALUES, "r*", "?", "R?D"]), max_size=3),
    st.none() | st.lists(st.sampled_from(VALUES), max_size=3),
)
def test_operators_on_text(
    name: str, way: tuple[str, str], wanted: list[str], values: list[str] | None
) -> None:
    agrees(f"{way[0]}{name}{way[1]}", wanted, values)


@given(
    st.sampled_from(["NumericLessThan", "NumericGreaterThanEquals"]),
    quantified,
    st.lists(numbers, max_size=2),
    st.none() | st.lists(numbers, max_size=2),
)
def test_operators_on_numbers(
    name: str, way: tuple[str, str], wanted: list[str], values: list[str] | None
) -> None:
    agrees(f"{way[0]}{name}{way[1]}", wanted, values)


@given(
    st.sampled_from(["ArnLike", "ArnNotLike"]),
    quantified,
    st.lists(arns, max_size=2),
    st.none() | st.lists(arns, max_size=2),
)
def test_operators_on_arns(
    name: str, way: tuple[str, str], wanted: list[str], values: list[str] | None
) -> None:
    agrees(f"{way[0]}{name}{way[1]}", wanted, values)


@given(documents, st.sampled_from(["", "", "boundary", "session", "control"]), documents, requests)
def test_decisions(own: Any, kind: str, limit: Any, asked: Asked) -> None:
    limiting = policy(limit)
    authorizer = Authorizer(
        [policy(own)],
        boundary=limiting if kind == "boundary" else None,
        session=limiting if kind == "session" else None,
        service_control=[[limiting]] if kind == "control" else [],
    )
    assert allowed(authorizer, asked) is oracle.decide([own, limit] if kind else [own], asked)


@given(documents, statements(), requests)
def test_another_statement_moves_only_its_own_way(own: Any, more: Any, asked: Asked) -> None:
    before, after = Authorizer([policy(own)]), Authorizer([policy(own), policy(document(more))])
    if more["Effect"] == "Allow":
        assert allowed(after, asked) >= allowed(before, asked)
    else:
        assert allowed(after, asked) <= allowed(before, asked)


@given(documents, documents, requests)
def test_a_boundary_only_takes_away(own: Any, boundary: Any, asked: Asked) -> None:
    alone, limit = Authorizer([policy(own)]), Authorizer([policy(boundary)])
    both = Authorizer([policy(own)], boundary=policy(boundary))
    assert allowed(both, asked) is (allowed(alone, asked) and allowed(limit, asked))


@given(documents, st.randoms(use_true_random=False), requests)
def test_order_does_not_count(own: Any, order: Any, asked: Asked) -> None:
    shuffled = document(*order.sample(own["Statement"], len(own["Statement"])))
    assert allowed(Authorizer([policy(own)]), asked) is allowed(Authorizer([policy(shuffled)]), asked)


@given(documents, requests)
def test_the_case_of_an_action_does_not_count(own: Any, asked: Asked) -> None:
    authorizer = Authorizer([policy(own)])
    assert allowed(authorizer, (asked[0].swapcase(), *asked[1:])) is allowed(authorizer, asked)
