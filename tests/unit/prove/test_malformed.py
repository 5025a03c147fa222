"""What IAM would refuse is refused here, with the place and the reason."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.prove.support import allow, document
from wellmade.errors import WellmadeError
from wellmade.prove.policy import Policy, PolicyError

CONDITIONS: list[tuple[Any, str]] = [
    ("red", "Condition must be an object whose names are text, got 'red'"),
    ({"StringEquals": "red"}, "StringEquals must be an object whose names are text, got 'red'"),
    ({"NumericEquals": {"aws:a": "ten"}}, "NumericEquals of aws:a must be a number, got ten"),
    ({"NumericLessThan": {"aws:a": "NaN"}}, "NumericLessThan of aws:a must be a number, got NaN"),
    (
        {"DateEquals": {"aws:a": "soon"}},
        "DateEquals of aws:a must be a date of ISO 8601 or seconds since 1970, got soon",
    ),
    ({"Bool": {"aws:a": "yes"}}, "Bool of aws:a must be true or false, got yes"),
    ({"Null": {"aws:a": "maybe"}}, "Null of aws:a must be true or false, got maybe"),
    ({"BinaryEquals": {"aws:a": "%"}}, "BinaryEquals of aws:a must be base64, got %"),
    (
        {"IpAddress": {"aws:a": "10.0.0.0/33"}},
        "IpAddress of aws:a must be an IP address or a range such as 203.0.113.0/24, got 10.0.0.0/33",
    ),
    (
        {"StringEquals": {"aws:a": [None]}},
        "StringEquals of aws:a must be text, numbers, true or false, got None",
    ),
]
STATEMENTS: list[tuple[Any, str]] = [
    ("Allow", "Handler: statement 1 must be an object, got 'Allow'"),
    ({"Effect": "allow"}, "Handler: statement 1: Effect must be Allow or Deny, got 'allow'"),
    ({"Effect": "Allow"}, "Handler: statement 1 must have either Action or NotAction, got neither"),
    (
        allow(NotAction="s3:*"),
        "Handler: statement 1 must have either Action or NotAction, got Action and NotAction",
    ),
    (
        {"Effect": "Allow", "Action": "*"},
        "Handler: statement 1 must have either Resource or NotResource, got neither",
    ),
    (allow(Principal="*"), "Handler: statement 1: a policy of an identity has no Principal; remove it"),
    (
        allow(Conditions={}),
        "Handler: statement 1: no such element: Conditions; IAM has Sid, Effect, Principal, Action, Resource, NotPrincipal, NotAction, NotResource, Condition",
    ),
    (allow("GetObject"), "Handler: statement 1: Action must be * or service:action, got 'GetObject'"),
    (allow("s3:Get Object"), "Handler: statement 1: Action must be * or service:action, got 's3:Get Object'"),
    (allow([]), "Handler: statement 1: Action must be text or a list of texts, got []"),
    (allow(resource="bucket"), "Handler: statement 1: Resource must be * or an ARN, got 'bucket'"),
    (
        allow(resource=[{"Ref": "Table"}]),
        "Handler: statement 1: Resource must be text or a list of texts, got {'Ref': 'Table'} in it",
    ),
    (allow(3, Sid="Read"), "Handler: statement 1 (Read): Action must be text or a list of texts, got 3"),
]
DOCUMENTS: list[tuple[Any, str]] = [
    ([], "Handler must be an object with Statement, got []"),
    ({}, "Handler must be an object with Statement, got {}"),
    ("{", "Handler is no JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
    (
        {"Statement": [], "Version": "2012"},
        "Handler: Version must be 2012-10-17 or 2008-10-17, got '2012'",
    ),
    ({"Statement": [], "Name": "x"}, "Handler: no such element: Name; a policy has Version, Id, Statement"),
]
PRINCIPALS: list[tuple[Any, str]] = [
    (
        "arn:aws:iam::1:root",
        "Principal must be \"*\" or an object with AWS, Service, Federated, CanonicalUser, got 'arn:aws:iam::1:root'",
    ),
    ({}, 'Principal must be "*" or an object with AWS, Service, Federated, CanonicalUser, got {}'),
    (
        {"AWS": "arn:aws:iam::1:role/*"},
        "Principal must name principals whole, without wildcards, got 'arn:aws:iam::1:role/*'",
    ),
    ({"AWS": ""}, "Principal must name principals whole, without wildcards, got ''"),
    ({"Service": [1]}, "Principal: Service must be text or a list of texts, got 1 in it"),
]


def refusal(given: Any, kind: Any = "identity") -> str:
    with pytest.raises(PolicyError) as failure:
        Policy.parse(given, "Handler", kind)
    return str(failure.value)


@pytest.mark.parametrize(("given", "message"), DOCUMENTS, ids=str)
def test_documents(given: Any, message: str) -> None:
    assert refusal(given) == message


@pytest.mark.parametrize(("given", "message"), STATEMENTS, ids=str)
def test_statements(given: Any, message: str) -> None:
    assert refusal(document(given)) == message


@pytest.mark.parametrize(("given", "message"), CONDITIONS, ids=str)
def test_conditions(given: Any, message: str) -> None:
    assert refusal(document(allow(Condition=given))) == f"Handler: statement 1: {message}"


@pytest.mark.parametrize(
    "operator", ["StringIs", "NullIfExists", "ForSomeValue:StringEquals", "IfExists", ""]
)
def test_operators_that_iam_does_not_have(operator: str) -> None:
    message = refusal(document(allow(Condition={operator: {"aws:a": "x"}})))
    assert message.startswith(
        f"Handler: statement 1: {operator} of aws:a: no such condition operator; IAM has StringEquals,"
    )


@pytest.mark.parametrize(("given", "message"), PRINCIPALS, ids=str)
def test_principals(given: Any, message: str) -> None:
    assert refusal(document(allow(Principal=given)), "resource") == f"Handler: statement 1: {message}"


def test_a_resource_policy_must_say_whom_it_means() -> None:
    wanted = "Handler: statement 1 must have either Principal or NotPrincipal, got neither"
    assert refusal(document(allow()), "resource") == wanted


def test_the_statement_is_counted() -> None:
    assert refusal(document(allow(), allow(), allow("x"))).startswith("Handler: statement 3: Action")


def test_people_see_one_line() -> None:
    assert issubclass(PolicyError, WellmadeError)
    assert "\n" not in refusal({"Statement": {"Effect": "Permit"}})


words = st.sampled_from([
    "Version", "2012-10-17", "Statement", "Effect", "Allow", "Action", "NotAction", "s3:Get*", "Resource", "*",
    "arn:aws:s3:::${aws:x}", "Principal", "AWS", "Condition", "StringLike", "DateLessThan", "Null", "Sid", "",
])  # fmt: skip
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words | st.integers(), inner, max_size=4),
    max_leaves=12,
)
parts = st.fixed_dictionaries({"Effect": words, "Action": anything, "Resource": anything}, optional={"Condition": anything, "Principal": anything})  # fmt: skip


def read(given: Any, kind: Any) -> str:
    """Return what is said of a policy that is refused, and of one that is not, its name."""
    try:
        Policy.parse(given, "Handler", kind)
    except PolicyError as error:
        return str(error)
    return "Handler"


@given(anything | parts.map(document), st.sampled_from(["identity", "resource"]))
def test_whatever_is_given_is_read_or_refused(given: Any, kind: Any) -> None:
    assert read(given, kind).startswith("Handler")


def test_json_that_is_nested_too_deeply_is_refused() -> None:
    assert refusal("[" * 100_000).startswith("Handler is no JSON: ")
