"""Every operation of the services that handlers use most: mapped, or refused by name, never passed over."""

from functools import cache
from typing import Any

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellmade.prove.calls import AccountContext, Call, UnmappedCallError, requests
from wellmade.prove.calls.catalogue import expand, find, is_unsigned
from wellmade.prove.calls.keys import FREE
from wellmade.prove.calls.mapping import RULES

ESTATE = AccountContext("111122223333")
SERVICES = sorted({*RULES, "athena", "batch", "cognito-idp", "firehose", "iot-data", "pipes", "xray"})


@cache
def model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def value(shape: Any) -> Any:
    """Return the least that a parameter may be."""
    if shape.type_name == "structure":
        return {name: value(shape.members[name]) for name in shape.required_members}
    if shape.type_name == "list":
        return [value(shape.member)]
    if shape.type_name == "map":
        return {"x": value(shape.value)}
    return {"boolean": True, "blob": b"x", "string": "x"}.get(shape.type_name, 1)


def outcome(service: str, operation: str) -> str:
    """Return what becomes of a call with the least parameters: its actions, or why there are none."""
    shape = model(service).operation_model(operation).input_shape
    try:
        found = requests(Call(service, operation, value(shape) if shape else {}), ESTATE)
    except UnmappedCallError as error:
        return str(error)
    return ", ".join(f"{each.action} on {each.resource}" for each in found)


@pytest.mark.parametrize("service", SERVICES)
def test_an_operation_is_mapped_or_refused_by_name(service: str) -> None:
    for operation in model(service).operation_names:
        said = outcome(service, operation)
        assert "its parameters are not as the API has them" not in said, operation
        if "cannot be mapped" in said:
            assert said.startswith(f"{service}:{operation} ")
        else:
            assert " on " in said or (service, operation) in FREE or is_unsigned(Call(service, operation))


texts = st.sampled_from(["", "x", "/a/b:1", "arn:", "arn:aws:s3:::b", "alias/a", "SELECT", "://[", "a=1&b"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["Key", "Put", "x"]), inner),
    max_leaves=6,
)


@st.composite
def calls(draw: st.DrawFn) -> Call:
    """One of the irregular operations with parameters of its own, whatever is in them."""
    service = draw(st.sampled_from(sorted(RULES)))
    operations = set(model(service).operation_names)
    operation = draw(st.sampled_from(sorted(set(RULES[service]) & operations or operations)))
    shape = model(service).operation_model(operation).input_shape
    names = sorted(shape.members) if shape else []
    return Call(service, operation, draw(st.dictionaries(st.sampled_from(names), anything)) if names else {})


@given(calls())
def test_whatever_the_parameters_a_call_is_mapped_or_refused(call: Call) -> None:
    try:
        found = [each.action for each in requests(call, ESTATE)]
    except UnmappedCallError as error:
        found = [str(error)]
    assert found or (call.service, call.operation) in FREE


@pytest.mark.parametrize("service", SERVICES)
def test_rules_are_for_operations_that_exist(service: str) -> None:
    assert set(RULES.get(service, {})) - {"*"} <= set(model(service).operation_names)


def test_patterns_of_actions_expand_to_what_iam_has() -> None:
    assert {"s3:GetObject", "s3:GetObjectVersion"} <= expand("s3:getobject*")
    assert expand("sqs:SendMessage") == {"sqs:SendMessage"}
    assert expand("sqs:SendMessages") == frozenset()
    assert len(expand("*")) > 10_000


def test_an_action_is_found_in_any_case() -> None:
    found = find("s3", "getOBJECT")
    assert found
    assert found.name == "s3:GetObject"
